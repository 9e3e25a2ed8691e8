import ATProtoCrypto
import ATProtoRepo

/// The small properties of an account in 32 bits.
struct AccountFlags: Sendable {
  private var bits: UInt32 = 0

  private mutating func set(_ value: UInt32, _ shift: UInt32, _ mask: UInt32) {
    bits = bits & ~(mask << shift) | (value & mask) << shift
  }

  private func get(_ shift: UInt32, _ mask: UInt32) -> UInt32 { bits >> shift & mask }

  var local: LocalStatus {
    get { LocalStatus(rawValue: UInt8(get(0, 3))) ?? .active }
    set { set(UInt32(newValue.rawValue), 0, 3) }
  }

  var phase: SyncPhase {
    get { SyncPhase(rawValue: UInt8(get(2, 3))) ?? .desynchronized }
    set { set(UInt32(newValue.rawValue), 2, 3) }
  }

  /// The number of the upstream status in the shard.
  var upstream: UInt8 {
    get { UInt8(get(4, 255)) }
    set { set(UInt32(newValue), 4, 255) }
  }

  /// The curve of the signing key, or nil if the identity is not known.
  var curve: Curve? {
    get {
      switch get(12, 3) {
      case 1: .k256
      case 2: .p256
      default: nil
      }
    }
    set {
      let value: UInt32 =
        switch newValue {
        case nil: 0
        case .k256: 1
        case .p256: 2
        }
      set(value, 12, 3)
    }
  }

  private func flag(_ shift: UInt32) -> Bool { get(shift, 1) == 1 }

  var hasRev: Bool {
    get { flag(14) }
    set { set(newValue ? 1 : 0, 14, 1) }
  }

  var hasCommit: Bool {
    get { flag(15) }
    set { set(newValue ? 1 : 0, 15, 1) }
  }

  /// Whether the store lacks the current state of the account, which therefore has to stay in
  /// memory.
  var isDirty: Bool {
    get { flag(16) }
    set { set(newValue ? 1 : 0, 16, 1) }
  }

  /// Whether the account has been used since the clock hand last passed it.
  var isRecent: Bool {
    get { flag(17) }
    set { set(newValue ? 1 : 0, 17, 1) }
  }

  var isOccupied: Bool {
    get { flag(18) }
    set { set(newValue ? 1 : 0, 18, 1) }
  }
}
