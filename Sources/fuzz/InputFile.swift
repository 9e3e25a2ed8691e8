import Foundation

/// One input for the codecs.
struct Input {
  var bytes: [UInt8]
  var isJSON: Bool
}

/// A file that contains the input being tried: `c` or `j`, then its bytes. Its content survives the
/// process, no matter how the process ends.
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

/// The directory for inputs that reveal an error, which a regression test loads.
struct FindingsDirectory {
  let url: URL

  init(_ url: URL) {
    self.url = url
  }

  /// Writes an input and returns its path. Its name is a hash of its bytes (FNV-1a).
  func write(_ input: Input) throws -> String {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in input.bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    let name = "\(String(hash, radix: 16)).\(input.isJSON ? "json" : "cbor")"
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    let file = url.appending(path: name)
    try Data(input.bytes).write(to: file)
    return file.path
  }
}
