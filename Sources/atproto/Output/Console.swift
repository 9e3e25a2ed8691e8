import Foundation

/// Standard output, unbuffered: whoever reads it through a pipe sees each line when it is written.
enum Console {
  static func line(_ text: String = "") {
    FileHandle.standardOutput.write(Data("\(text)\n".utf8))
  }

  static func error(_ text: String) {
    FileHandle.standardError.write(Data("\(text)\n".utf8))
  }
}
