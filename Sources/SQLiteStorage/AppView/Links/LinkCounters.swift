import AppView
import LexiconIndex

/// Links in groups by target and source, and how many of each group are visible.
///
/// A group counts the links of *counted* accounts and of records that are not taken down. An account
/// is counted while it is visible, except that an account with very many links is not counted anew
/// whenever it is hidden or shown: until then, readers look for the links of these few accounts in the
/// group and correct the counts. So both the change and the readers have bounded costs, and the counts
/// are always exact.
struct LinkCounters {
  let tables: IndexTables

  private var session: SQLiteSession { tables.session }

  struct Group {
    var id: Int64
    var isNew: Bool
  }

  /// The most accounts for which readers correct counts.
  private static let maximumUncounted = 64

  /// The groups of a record's links, without duplicates.
  func groups(_ links: [IndexEntries.Link], _ collection: Int64) throws -> [Group] {
    var groups: [Group] = []
    var seen: Set<Int64> = []
    for link in links {
      let source = try tables.addedSource(collection, link.path)
      let (id, isNew) = try tables.addedGroup(link.target, source)
      if seen.insert(id).inserted { groups.append(Group(id: id, isNew: isNew)) }
    }
    return groups
  }

  func insert(
    _ group: Group,
    record: Int64,
    of account: IndexTables.AccountKey,
    isVisible: Bool
  ) throws {
    if account.isCounted && isVisible {
      let hasOthers = try !group.isNew && hasVisibleLink(group.id, account.id)
      try tables.changeGroup(group.id, records: 1, accounts: hasOthers ? 0 : 1)
    }
    try session.run(
      "INSERT INTO link (grouping, account, record) VALUES (?, ?, ?)",
      .integer(group.id),
      .integer(account.id),
      .integer(record)
    )
  }

  func remove(
    _ group: Int64,
    record: Int64,
    of account: IndexTables.AccountKey,
    wasVisible: Bool
  ) throws {
    try session.run(
      "DELETE FROM link WHERE grouping = ? AND account = ? AND record = ?",
      .integer(group),
      .integer(account.id),
      .integer(record)
    )
    if account.isCounted && wasVisible {
      let hasOthers = try hasVisibleLink(group, account.id)
      try tables.changeGroup(group, records: -1, accounts: hasOthers ? 0 : -1)
    }
    try tables.removeGroupIfEmpty(group)
  }

  /// Call it before the record is hidden, and after it is shown.
  func change(
    _ groups: [Int64],
    record: Int64,
    of account: IndexTables.AccountKey,
    isShown: Bool
  ) throws {
    guard account.isCounted else { return }
    for group in groups {
      let others = try session.first(
        """
        SELECT 1 FROM link AS l CROSS JOIN record AS r ON r.id = l.record
        WHERE l.grouping = ? AND l.account = ? AND l.record != ? AND r.isVisible = 1 LIMIT 1
        """,
        .integer(group),
        .integer(account.id),
        .integer(record)
      ) { _ in true }
      let sign = isShown ? 1 : -1
      try tables.changeGroup(group, records: sign, accounts: others == nil ? sign : 0)
    }
  }

  private func hasVisibleLink(_ group: Int64, _ account: Int64) throws -> Bool {
    try session.first(
      """
      SELECT 1 FROM link AS l CROSS JOIN record AS r ON r.id = l.record
      WHERE l.grouping = ? AND l.account = ? AND r.isVisible = 1 LIMIT 1
      """,
      .integer(group),
      .integer(account)
    ) { _ in true } ?? false
  }

  // MARK: Accounts

  /// Call it after an account was hidden or shown.
  func accountChanged(_ id: Int64) throws {
    try tables.flush()
    tables.forgetAccounts()
    let state = try session.first(
      """
      SELECT isVisible, isCounted, (SELECT coalesce(sum(h.links), 0) FROM holding AS h WHERE h.account = account.id)
      FROM account WHERE id = ?
      """,
      .integer(id)
    ) { (isVisible: $0.flag(0), isCounted: $0.flag(1), links: $0.count(2)) }
    guard let state, state.isVisible != state.isCounted else { return }
    if state.links > tables.countedAtOnce, try tables.uncounted().count <= Self.maximumUncounted {
      return
    }
    var counts: [Int64: Int] = [:]
    try session.forEach(
      "SELECT groups FROM record WHERE account = ? AND isVisible = 1",
      [.integer(id)]
    ) { row in
      for group in StoredGroups.decode(row.bytes(0)) { counts[group, default: 0] += 1 }
    }
    let sign = state.isVisible ? 1 : -1
    for (group, count) in counts {
      try tables.changeGroup(group, records: sign * count, accounts: sign)
    }
    try session.run("UPDATE account SET isCounted = isVisible WHERE id = ?", .integer(id))
    tables.forgetAccounts()
    try tables.flush()
  }

  // MARK: Reading

  func count(_ group: Int64) throws -> LinkCount {
    try tables.flush()
    var count =
      try session.first(
        "SELECT records, accounts FROM linkGroup WHERE id = ?",
        .integer(group)
      ) { LinkCount(records: $0.count(0), accounts: $0.count(1)) } ?? LinkCount()
    for account in try tables.uncounted() {
      let links = try visibleLinks(group, account.id)
      guard links > 0 else { continue }
      let sign = account.isVisible ? 1 : -1
      count.records += sign * links
      count.accounts += sign
    }
    return count
  }

  /// The number of an account's links in a group whose records are not taken down.
  func visibleLinks(_ group: Int64, _ account: Int64) throws -> Int {
    try session.first(
      """
      SELECT count(*) FROM link AS l CROSS JOIN record AS r ON r.id = l.record
      WHERE l.grouping = ? AND l.account = ? AND r.isVisible = 1
      """,
      .integer(group),
      .integer(account)
    ) { $0.count(0) } ?? 0
  }
}
