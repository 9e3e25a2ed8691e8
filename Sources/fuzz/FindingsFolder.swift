import Foundation

/// Where inputs that something was found with become files, which a regression test loads.
struct FindingsFolder {
  let url: URL

  init(_ url: URL) {
    self.url = url
  }

  /// The file's path; its name follows from the bytes (FNV-1a), so that one input is one file.
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
