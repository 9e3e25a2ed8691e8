public import Foundation

/// Keeps the cursor as a line of digits in a file that is replaced atomically.
public struct FileCursorStore: CursorStore {
  /// Thrown if the file exists but does not contain a cursor.
  public struct Unreadable: Error, CustomStringConvertible {
    /// The path of the file.
    public let path: String
    /// A description for people.
    public var description: String {
      "\(path) is not a valid cursor file; delete it to start over, or restore it"
    }
  }

  private let file: URL

  /// Creates a store for a file in an existing directory.
  public init(_ file: URL) {
    self.file = file
  }

  /// Loads the cursor; nil if there is no file.
  ///
  /// - Throws: ``Unreadable`` if the file contains anything else: starting over by mistake would lose
  ///   events.
  public func load() throws -> Int? {
    let data: Data
    do {
      data = try Data(contentsOf: file)
    } catch CocoaError.fileReadNoSuchFile {
      return nil
    }
    let text = String(decoding: data.prefix(32), as: UTF8.self)
    guard let cursor = Int(text.filter { !$0.isNewline }), cursor >= 0 else {
      throw Unreadable(path: file.path)
    }
    return cursor
  }

  /// Replaces the file.
  public func save(_ cursor: Int) throws {
    try Data("\(cursor)\n".utf8).write(to: file, options: .atomic)
  }
}
