/// Why the folder or the database of a directory cannot be made or opened.
public struct PLCStorageError: Error, Hashable, Sendable {
  public var reason: String
}

extension PLCStorageError: CustomStringConvertible {
  public var description: String { reason }
}
