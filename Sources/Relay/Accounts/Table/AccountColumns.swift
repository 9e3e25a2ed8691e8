/// What is kept about each account: 176 bytes in a structure of arrays, without references.
///
/// Arrays grow in chunks, so that adding an account never copies existing ones.
struct AccountColumns: Sendable {
  var did = Column<PackedDID>(filledWith: PackedDID(number: 0))
  var id = Column<UInt32>(filledWith: 0)
  var host = Column<UInt32>(filledWith: 0)
  /// The number of the PDS's name in the shard.
  var pds = Column<UInt32>(filledWith: 0)
  var flags = Column<AccountFlags>(filledWith: AccountFlags())
  var rev = Column<UInt64>(filledWith: 0)
  var data = Column<Words4>(filledWith: Words4())
  var commit = Column<Words4>(filledWith: Words4())
  /// The uncompressed signing key, so that checking a signature does not compute the point again.
  var key = Column<Words8>(filledWith: Words8())
  /// In seconds.
  var checkedAt = Column<UInt32>(filledWith: 0)
  /// In seconds.
  var refreshedAt = Column<UInt32>(filledWith: 0)

  /// The bytes of one account.
  static let bytesPerAccount =
    MemoryLayout<PackedDID>.stride + 5 * MemoryLayout<UInt32>.stride
    + MemoryLayout<AccountFlags>.stride + MemoryLayout<UInt64>.stride
    + 2 * MemoryLayout<Words4>.stride + MemoryLayout<Words8>.stride

  /// The number of slots.
  private(set) var count = 0

  /// Adds an empty slot.
  mutating func append() -> UInt32 {
    let slot = count
    count += 1
    if slot == did.capacity {
      did.grow()
      id.grow()
      host.grow()
      pds.grow()
      flags.grow()
      rev.grow()
      data.grow()
      commit.grow()
      key.grow()
      checkedAt.grow()
      refreshedAt.grow()
    }
    return UInt32(slot)
  }
}

/// One property of all accounts, in chunks of 4,096.
struct Column<Element: Sendable>: Sendable {
  private static var chunkSize: Int { 4096 }

  private let blank: Element
  private var chunks: [[Element]] = []

  init(filledWith blank: Element) {
    self.blank = blank
  }

  var capacity: Int { chunks.count * Self.chunkSize }

  mutating func grow() {
    chunks.append(Array(repeating: blank, count: Self.chunkSize))
  }

  subscript(slot: UInt32) -> Element {
    get { chunks[Int(slot) / Self.chunkSize][Int(slot) % Self.chunkSize] }
    set { chunks[Int(slot) / Self.chunkSize][Int(slot) % Self.chunkSize] = newValue }
  }
}

/// 32 bytes, such as a SHA-256 digest, as big-endian words.
struct Words4: Sendable {
  private var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)

  init() {}

  init(_ bytes: ArraySlice<UInt8>) {
    let start = bytes.startIndex
    words = (
      bytes.word(start), bytes.word(start + 8), bytes.word(start + 16), bytes.word(start + 24)
    )
  }

  var bytes: [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(32)
    append(to: &bytes)
    return bytes
  }

  func append(to bytes: inout [UInt8]) {
    Self.append(words.0, to: &bytes)
    Self.append(words.1, to: &bytes)
    Self.append(words.2, to: &bytes)
    Self.append(words.3, to: &bytes)
  }

  private static func append(_ word: UInt64, to bytes: inout [UInt8]) {
    for shift in 1...8 { bytes.append(UInt8(truncatingIfNeeded: word >> UInt64(64 - 8 * shift))) }
  }
}

/// The coordinates of a point.
struct Words8: Sendable {
  private var x = Words4()
  private var y = Words4()

  init() {}

  /// - Parameter point: an uncompressed point, 65 bytes.
  init(_ point: [UInt8]) {
    x = Words4(point[1..<33])
    y = Words4(point[33...])
  }

  /// The uncompressed point.
  var point: [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(65)
    bytes.append(4)
    x.append(to: &bytes)
    y.append(to: &bytes)
    return bytes
  }
}

extension ArraySlice<UInt8> {
  fileprivate func word(_ start: Int) -> UInt64 {
    var word: UInt64 = 0
    for index in start..<start + 8 { word = word << 8 | UInt64(self[index]) }
    return word
  }
}
