/// A location in a source file.
///
/// Lines and columns count from 1; a column counts Unicode scalars from the start of the line.
public struct SourceLocation: Hashable, Sendable {
  /// The path of the file, as the user named it.
  public var path: String
  /// The offset from the start of the file in UTF-8 bytes.
  public var offset: Int
  /// The line, counted from 1.
  public var line: Int
  /// The column in Unicode scalars, counted from 1.
  public var column: Int

  /// Creates a location. `offset`, `line` and `column` must refer to the same location.
  public init(path: String, offset: Int, line: Int, column: Int) {
    self.path = path
    self.offset = offset
    self.line = line
    self.column = column
  }
}

extension SourceLocation: Comparable {
  /// Orders locations by path and offset.
  public static func < (lhs: SourceLocation, rhs: SourceLocation) -> Bool {
    (lhs.path, lhs.offset) < (rhs.path, rhs.offset)
  }
}

extension SourceLocation: CustomStringConvertible {
  /// `path:line:column`.
  public var description: String { "\(path):\(line):\(column)" }
}

/// A value with its location in a source file.
///
/// Two located values are equal if their values are: the location of a schema does not change its
/// meaning.
public struct Located<Value: Sendable>: Sendable {
  /// The value.
  public var value: Value
  /// The location of the value.
  public var location: SourceLocation

  /// Creates a value with its location.
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
