extension [LocatedValue.Member] {
  /// Keeps the first of the members that have the same name, and reports the others.
  mutating func removeDuplicates(into faults: inout [DocumentFault]) {
    // Most objects are small: comparing is then cheaper than hashing.
    if count <= 8 {
      var index = 1
      while index < count {
        if let first = self[..<index].first(where: { $0.name == self[index].name }) {
          Self.report(self[index], first: first.nameOffset, into: &faults)
          remove(at: index)
        } else {
          index += 1
        }
      }
      return
    }
    var seen: [String: Int] = [:]
    seen.reserveCapacity(count)
    removeAll { member in
      if let first = seen[member.name] {
        Self.report(member, first: first, into: &faults)
        return true
      }
      seen[member.name] = member.nameOffset
      return false
    }
  }

  private static func report(
    _ member: LocatedValue.Member,
    first: Int,
    into faults: inout [DocumentFault]
  ) {
    faults.append(.duplicateKey(member.name, at: member.nameOffset, first: first))
  }
}
