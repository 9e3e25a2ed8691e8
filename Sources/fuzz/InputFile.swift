import Foundation

/// One input of the codecs.
struct Input {
  var bytes: [UInt8]
  var isJSON: Bool
}

/// A file that holds the input under trial: `c` or `j`, then its bytes. What is written survives
/// the process, whatever ends it.
struct InputFile {
  private let handle: FileHandle

  init(_ url: URL) throws {
    try Data().write(to: url)
    handle = try FileHandle(forWritingTo: url)
  }

  func write(_ input: Input) throws {
    let mark = input.isJSON ? UInt8(ascii: "j") : UInt8(ascii: "c")
    try handle.seek(toOffset: 0)
    try handle.write(contentsOf: Data([mark] + input.bytes))
    try handle.truncate(atOffset: UInt64(input.bytes.count + 1))
  }

  static func read(_ url: URL) -> Input {
    let bytes = [UInt8]((try? Data(contentsOf: url)) ?? Data())
    return Input(bytes: Array(bytes.dropFirst()), isJSON: bytes.first == UInt8(ascii: "j"))
  }
}
