/// One thing to measure: what is done once over all its items.
struct Work {
  let name: String
  /// How many items one pass handles.
  let items: Int
  /// How many bytes one pass reads or writes, where that says something.
  let bytes: Int?
  /// One pass. It answers something that depends on all it did, so that nothing is optimised away.
  let pass: () throws -> Int

  init(_ name: String, items: Int, bytes: Int? = nil, pass: @escaping () throws -> Int) {
    self.name = name
    self.items = items
    self.bytes = bytes
    self.pass = pass
  }
}
