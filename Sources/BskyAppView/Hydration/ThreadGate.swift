import ATProtoSyntax
import AppBskyAPI
import AppView
import LexiconIndex

/// Who may reply in a thread.
struct ThreadGate: Sendable {
  let record: IndexRecord<Threadgate>
  /// The accounts that were asked about, and may reply; nil if everyone may.
  var permitted: Set<DID>?

  /// Whether an account, which was asked about when the gate was loaded, may reply.
  func permits(_ did: DID) -> Bool {
    permitted?.contains(did) ?? true
  }

  /// The URIs of the lists that the rules name.
  var listURIs: [String] {
    (record.value.allow ?? []).compactMap { rule in
      if case .listRule(let rule) = rule { rule.list.string } else { nil }
    }
  }
}

extension ViewLoader {
  /// The gates of threads, by their roots: "only a record of the root's author, under the root's
  /// key, naming the root".
  func gates(of roots: Set<RecordAddress>) throws -> [RecordAddress: IndexRecord<Threadgate>] {
    let addresses = Dictionary(roots.map { ($0.threadgate, $0) }) { first, _ in first }
    var gates: [RecordAddress: IndexRecord<Threadgate>] = [:]
    for (address, gate) in try index.records(Threadgate.self, at: Array(addresses.keys)) {
      guard let root = addresses[address], gate.value.post.string == root.uri else { continue }
      gates[root] = gate
    }
    return gates
  }

  /// The accounts among some that may reply in a thread; nil if everyone may.
  func permitted(
    by gate: IndexRecord<Threadgate>,
    of root: RecordAddress,
    among dids: Set<DID>
  ) throws -> Set<DID>? {
    guard let rules = gate.value.allow else { return nil }
    var permitted = dids.intersection([root.did])
    for rule in rules {
      let others = dids.subtracting(permitted)
      guard !others.isEmpty else { break }
      switch rule {
      case .mentionRule:
        let mentions = try post(root)?.value.mentions ?? []
        permitted.formUnion(others.filter { mentions.contains($0.string) })
      case .followingRule:
        let followed = try index.links(from: root.did, to: others.map(\.string), .follows)
        permitted.formUnion(others.filter { followed[$0.string] != nil })
      case .followerRule:
        permitted.formUnion(try linkers(to: root.did.string, .follows, among: others).keys)
      case .listRule(let rule):
        permitted.formUnion(try members(of: rule.list.string, among: others))
      case .unknown:
        continue
      }
    }
    return permitted
  }

  /// The accounts among some that are on a list. Only its owner's items count.
  private func members(of list: String, among dids: Set<DID>) throws -> Set<DID> {
    guard let address = RecordAddress(list), address.collection == Collections.list,
      index.plan[Collections.listItem] != nil
    else { return [] }
    var members: Set<DID> = []
    for chunk in Array(dids).chunks(of: 100) {
      let page = try index.query(
        AppBsky.Graph.Listitem.self,
        IndexQuery()
          .where("list", .equal(.text(list)))
          .where("subject", .isOneOf(chunk.map { .text($0.string) }))
          .by([address.did]),
        limit: 1_000
      )
      members.formUnion(page.records.compactMap { try? $0.value.subject.parsed() })
    }
    return members.intersection(dids)
  }
}

extension Array {
  /// The elements in order, in arrays of at most `size`.
  func chunks(of size: Int) -> [ArraySlice<Element>] {
    stride(from: 0, to: count, by: size).map { self[$0..<Swift.min(count, $0 + size)] }
  }
}
