/// A host of a relay: 1, 2, and so on, in the order in which hosts were added.
package struct HostID: RawRepresentable, Hashable, Comparable, Sendable {
  package let rawValue: UInt32

  package init(rawValue: UInt32) {
    self.rawValue = rawValue
  }

  package static func < (first: HostID, second: HostID) -> Bool {
    first.rawValue < second.rawValue
  }
}
