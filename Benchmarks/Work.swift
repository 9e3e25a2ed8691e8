/// A benchmark: one operation, performed on each of its items.
struct Work {
  let name: String
  /// How many items one pass processes.
  let items: Int
  /// How many bytes one pass reads or writes, if that is meaningful.
  let bytes: Int?
  /// One pass. Returns a value that depends on everything it did, so that nothing is optimized
  /// away.
  let pass: () throws -> Int

  init(_ name: String, items: Int, bytes: Int? = nil, pass: @escaping () throws -> Int) {
    self.name = name
    self.items = items
    self.bytes = bytes
    self.pass = pass
  }
}
