import Synchronization

/// Names whose key table is built on first use and kept for the life of the process.
///
/// The compiler emits it completely initialized, while a lazy `static let` would cost a call each
/// time.
@usableFromInline
struct NameTable: ~Copyable, Sendable {
  private let names: StaticString
  private let separator: Unicode.Scalar
  private let isSorted: Bool
  /// The address of the key table, zero before it is built.
  private let address: Atomic<UInt>

  private static let building = Mutex(())

  @usableFromInline
  @inline(__always)
  init(_ names: StaticString, _ separator: Unicode.Scalar, isSorted: Bool) {
    self.names = names
    self.separator = separator
    self.isSorted = isSorted
    address = Atomic(0)
  }

  @inline(__always)
  var keys: KeyTable {
    KeyTable(address: address.load(ordering: .acquiring)) ?? make()
  }

  @inline(never)
  private borrowing func make() -> KeyTable {
    Self.building.withLock { _ in
      if let made = KeyTable(address: address.load(ordering: .acquiring)) { return made }
      let names = names.description.unicodeScalars.split(separator: separator).map(String.init)
      let made = KeyTable(names)
      if isSorted {
        for (index, name) in names.enumerated().dropFirst() {
          precondition(made.order(index - 1, name) < 0, "the keys are not in canonical order")
        }
      }
      address.store(made.address, ordering: .releasing)
      return made
    }
  }
}
