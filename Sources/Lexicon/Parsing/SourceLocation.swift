/// A place in a source file: where a diagnostic points.
///
/// Lines and columns count from 1; a column counts Unicode scalars from the start of the line.
public struct SourceLocation: Hashable, Sendable {
  /// The file's path as the user named it.
  public var path: String
  /// UTF-8 offset from the start of the file.
  public var offset: Int
  public var line: Int
  public var column: Int

  public init(path: String, offset: Int, line: Int, column: Int) {
    self.path = path
    self.offset = offset
    self.line = line
    self.column = column
  }
}

extension SourceLocation: Comparable {
  public static func < (lhs: SourceLocation, rhs: SourceLocation) -> Bool {
    (lhs.path, lhs.offset) < (rhs.path, rhs.offset)
  }
}

extension SourceLocation: CustomStringConvertible {
  public var description: String { "\(path):\(line):\(column)" }
}

/// A value with the place it was read from.
///
/// Two located values are equal when their values are: where a schema says something does not
/// change what it says.
public struct Located<Value: Sendable>: Sendable {
  public var value: Value
  public var location: SourceLocation

  public init(_ value: Value, at location: SourceLocation) {
    self.value = value
    self.location = location
  }
}

extension Located: Equatable where Value: Equatable {
  public static func == (lhs: Located, rhs: Located) -> Bool { lhs.value == rhs.value }
}

extension Located: Hashable where Value: Hashable {
  public func hash(into hasher: inout Hasher) { hasher.combine(value) }
}
