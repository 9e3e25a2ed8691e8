/// The keys of an object type, in the order in which DAG-CBOR sorts them.
///
/// A reader and a writer speak of a key by its index here. DRISL: "Map keys MUST be sorted by
/// length first, then bytewise lexicographically". A table lives as long as the process, so it is
/// made for a type and kept in a `static let`.
public struct FieldTable: Sendable {
  let keys: KeyTable

  /// - Precondition: the keys are sorted as DAG-CBOR sorts them, without repetition.
  public init(_ keys: StaticString...) {
    self.keys = KeyTable(keys)
    for index in keys.indices.dropFirst() {
      precondition(
        self.keys.order(index - 1, keys[index].description) < 0,
        "keys not in canonical order"
      )
    }
  }
}
