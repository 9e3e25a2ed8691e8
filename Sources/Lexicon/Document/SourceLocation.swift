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
