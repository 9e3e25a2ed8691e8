/// An account that a relay knows: 1, 2, and so on, in the order of discovery.
package struct AccountID: RawRepresentable, Hashable, Comparable, Sendable {
  package let rawValue: UInt32

  package init(rawValue: UInt32) {
    self.rawValue = rawValue
  }

  package static func < (first: AccountID, second: AccountID) -> Bool {
    first.rawValue < second.rawValue
  }
}
