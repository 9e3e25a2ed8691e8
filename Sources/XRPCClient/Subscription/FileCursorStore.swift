public import Foundation

/// Keeps the cursor as one line of digits in a file that is replaced as a whole.
public struct FileCursorStore: CursorStore {
  public struct Unreadable: Error, CustomStringConvertible {
    public let path: String
    public var description: String { "\(path) holds no cursor" }
  }

  private let file: URL

  public init(_ file: URL) {
    self.file = file
  }

  /// - Throws: ``Unreadable`` where the file holds something else: beginning anew by mistake would
  ///   cost the subscriber what it missed.
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

  public func save(_ cursor: Int) throws {
    try Data("\(cursor)\n".utf8).write(to: file, options: .atomic)
  }
}
