/// Why a directory cannot be started: its folder or its database cannot be made or opened, its
/// address cannot be listened on.
public struct PLCStartError: Error, Hashable, Sendable {
  public var reason: String

  package init(reason: String) {
    self.reason = reason
  }
}

extension PLCStartError: CustomStringConvertible {
  public var description: String { reason }
}
