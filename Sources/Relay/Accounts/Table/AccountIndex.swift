/// The slots of accounts by DID: a table with open addressing and linear probing, at most two thirds
/// full.
struct AccountIndex: Sendable {
  /// A slot, or `empty`.
  private var table: [UInt32]
  private(set) var count = 0
  private let hash: @Sendable (PackedDID) -> Int

  private static let empty = UInt32.max

  /// - Parameter hash: seeded for this process by default, so that DIDs cannot be chosen to collide.
  init(hash: @escaping @Sendable (PackedDID) -> Int = { $0.hashValue }) {
    self.hash = hash
    table = Array(repeating: Self.empty, count: 64)
  }

  private var mask: Int { table.count - 1 }

  private func home(_ did: PackedDID) -> Int { hash(did) & mask }

  func slot(of did: PackedDID, _ dids: Column<PackedDID>) -> UInt32? {
    var place = home(did)
    while table[place] != Self.empty {
      if dids[table[place]] == did { return table[place] }
      place = (place + 1) & mask
    }
    return nil
  }

  /// - Precondition: the DID is not in the table, but in its slot.
  mutating func insert(_ slot: UInt32, _ dids: Column<PackedDID>) {
    if (count + 1) * 3 > table.count * 2 {
      let slots = table.filter { $0 != Self.empty }
      table = Array(repeating: Self.empty, count: table.count * 2)
      for slot in slots { place(slot, dids[slot]) }
    }
    place(slot, dids[slot])
    count += 1
  }

  private mutating func place(_ slot: UInt32, _ did: PackedDID) {
    var place = home(did)
    while table[place] != Self.empty { place = (place + 1) & mask }
    table[place] = slot
  }

  /// Removes a DID, and moves those behind it closer to their homes, so that no gap hides them.
  mutating func remove(_ did: PackedDID, _ dids: Column<PackedDID>) {
    var gap = home(did)
    while table[gap] != Self.empty, dids[table[gap]] != did { gap = (gap + 1) & mask }
    guard table[gap] != Self.empty else { return }
    count -= 1
    var place = (gap + 1) & mask
    while table[place] != Self.empty {
      // How far the entry is from its home, and from the gap.
      let distance = (place - home(dids[table[place]])) & mask
      if distance >= (place - gap) & mask {
        table[gap] = table[place]
        gap = place
      }
      place = (place + 1) & mask
    }
    table[gap] = Self.empty
  }
}
