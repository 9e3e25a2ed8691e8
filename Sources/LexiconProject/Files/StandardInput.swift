package import Lexicon

extension SourceFile {
  /// The argument that stands for standard input.
  package static let standardInputArgument = "-"
  /// The path of a document from standard input, unless the user gives it one.
  package static let standardInputName = "standard input"

  /// Reads a document from standard input.
  ///
  /// - Parameter path: the path to report. Its extension decides the format; otherwise, the document is
  ///   JSON if it begins with a brace, and YAML if not.
  package static func standardInput(path: String?) throws(CommandFailure) -> SourceFile {
    let bytes: [UInt8]
    do throws(FileSystem.Failure) {
      bytes = try FileSystem.standardInput(limit: InputReader.fileSizeLimit)
    } catch {
      throw CommandFailure(error)
    }
    let text = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes.dropFirst(3) : bytes[...]
    let first = text.first { ![0x20, 0x09, 0x0A, 0x0D].contains($0) }
    let format = path.flatMap { DocumentFormat(path: $0) }
    return SourceFile(
      path: path ?? standardInputName,
      bytes: bytes,
      format: format ?? (first == UInt8(ascii: "{") ? .json : .yaml)
    )
  }
}
