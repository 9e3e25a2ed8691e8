/// What is kept about each account: 176 bytes in a structure of arrays, without references.
///
/// Arrays grow in chunks, so that adding an account never copies those that are there.
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
  /// The signing key without compression: checking a signature need not compute the point again.
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

/// A SHA-256 digest.
struct Words4: Hashable, Sendable {
  var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)

  init() {}

  init(_ bytes: some Collection<UInt8>) {
    let words = bytes.bigEndianWords
    self.words = (words[0], words[1], words[2], words[3])
  }

  var bytes: [UInt8] {
    [words.0, words.1, words.2, words.3].flatMap(\.bigEndianBytes)
  }

  static func == (first: Words4, second: Words4) -> Bool { first.words == second.words }

  func hash(into hasher: inout Hasher) { hasher.combine(words.0) }
}

/// The coordinates of a point.
struct Words8: Sendable {
  private var x = Words4()
  private var y = Words4()

  init() {}

  init(_ bytes: ArraySlice<UInt8>) {
    x = Words4(bytes.prefix(32))
    y = Words4(bytes.dropFirst(32))
  }

  var bytes: [UInt8] { x.bytes + y.bytes }
}

extension Collection where Element == UInt8 {
  fileprivate var bigEndianWords: [UInt64] {
    var words: [UInt64] = []
    words.reserveCapacity(count / 8)
    var word: UInt64 = 0
    for (index, byte) in enumerated() {
      word = word << 8 | UInt64(byte)
      if index % 8 == 7 { words.append(word) }
    }
    return words
  }
}

extension UInt64 {
  fileprivate var bigEndianBytes: [UInt8] {
    (0..<8).map { UInt8(truncatingIfNeeded: self >> UInt64(56 - 8 * $0)) }
  }
}
