/// A JSON or YAML file, read but not interpreted.
public struct LocatedTree: Sendable {
  public var source: SourceText
  /// Nil when the file is not well formed.
  public var root: LocatedValue?
  /// What is wrong with the file as JSON or YAML. Not well formed, or ambiguous, is an error.
  public var diagnostics: [Diagnostic]

  /// Reads a whole file. Takes time and memory in proportion to the file's size.
  public static func read(_ file: SourceFile, as format: DocumentFormat) -> LocatedTree {
    let source = SourceText(path: file.path, bytes: file.bytes)
    var faults: [DocumentFault] = []
    var root: LocatedValue?
    do throws(DocumentFault) {
      faults += try source.checkEncoding()
      switch format {
      case .json:
        var reader = JSONReader(source)
        defer { faults += reader.faults }
        root = try reader.readDocument()
      case .yaml:
        var reader = YAMLReader(source)
        defer { faults += reader.faults }
        root = try reader.readDocument()
      }
    } catch {
      faults.append(error)
    }
    return LocatedTree(
      source: source,
      root: root,
      diagnostics: faults.map { $0.diagnostic(in: source) }
    )
  }

  public func location(of value: LocatedValue) -> SourceLocation {
    source.location(at: value.offset)
  }
}
