import ATProtoData
import Lexicon
import LexiconCompiler

/// The result of a former run, kept in a file of the user's choice with all that it came from.
///
/// What it came from is compared byte by byte, not by hash or time: the program's build, the
/// arguments, and the path and content of every file that was read. Where anything differs, or the
/// file cannot be read, there is no result, and the run is a full one. The output folder is no part
/// of it: it is brought in line after each run, whatever happened to it meanwhile.
struct GenerationCache {
  /// How the file begins: a file that does not is somebody else's, and not replaced.
  static let marker = "lexgen cache 1\n"
  static let sizeLimit = 256 * 1024 * 1024

  let path: String
  /// What the result comes from.
  private let key: Bytes
  private let old: DataValue?

  /// Nil where the system does not tell which build of the program runs, or not all that was
  /// asked for could be read.
  ///
  /// - Throws: ``FileSystem/Failure`` where a file of somebody else's stands at `path`.
  init?(
    path: String,
    input: CompilationInput,
    arguments: [String],
    build: String? = FileSystem.ownBuild()
  ) throws(FileSystem.Failure) {
    self.path = path
    old = try GenerationCache.read(path)
    guard let build, input.diagnostics.isEmpty else { return nil }
    let own = [input.configuration.source].compactMap(\.self)
    let modules = input.importedModules.map { module in
      DataValue.array([
        .string(module.name),
        GenerationCache.value(of: [module.configuration?.source].compactMap(\.self)),
        GenerationCache.value(of: module.files),
      ])
    }
    let key = DataValue.array([
      .string(build),
      .array(arguments.map { .string($0) }),
      GenerationCache.value(of: own),
      GenerationCache.value(of: input.files),
      GenerationCache.value(of: input.importedFiles),
      .array(modules),
    ])
    self.key = Bytes(key.cborBytes())
  }

  private static func value(of files: [SourceFile]) -> DataValue {
    .array(files.map { .array([.string($0.path), .bytes(Bytes($0.bytes))]) })
  }

  private static func read(_ path: String) throws(FileSystem.Failure) -> DataValue? {
    guard let entry = FileSystem.entryWithoutFollowing(path) else { return nil }
    guard entry.kind == .file else {
      throw FileSystem.Failure(path: path, description: "is in the way: it is no file")
    }
    let marker = Array(marker.utf8)
    guard try FileSystem.head(of: path, marker.count) == marker else {
      throw FileSystem.Failure(
        path: path,
        description: "is no cache of lexgen, and would be overwritten"
      )
    }
    guard entry.size <= sizeLimit else { return nil }
    let bytes = try FileSystem.read(path, limit: sizeLimit)
    let limits = DataLimits(
      inputSize: sizeLimit,
      depth: 8,
      elements: 1 << 20,
      stringLength: sizeLimit
    )
    return try? DataValue(cbor: Array(bytes.dropFirst(marker.count)), limits: limits)
  }

  /// The result of the former run; nil where it came from something else.
  func result() -> GenerationResult? {
    guard let old, old["key"]?.bytes == key,
      let documentCount = old["documents"]?.integer,
      let typeCount = old["types"]?.integer,
      let warnings = old["warnings"]?.array?.compactMap(\.string),
      let texts = old["files"]?.array
    else { return nil }
    let files = texts.compactMap { file -> OutputFile? in
      guard let path = file[0]?.string, let content = file[1]?.string else { return nil }
      return OutputFile(path: path, content: content)
    }
    guard files.count == texts.count else { return nil }
    return GenerationResult(
      documentCount: documentCount,
      typeCount: typeCount,
      warnings: warnings,
      files: files
    )
  }

  /// Keeps `result` for the next run, unless it is only a part of what was asked for.
  func store(_ result: GenerationResult) throws(FileSystem.Failure) {
    guard !result.hasErrors else { return }
    var value = DataObject()
    value["key"] = .bytes(key)
    value["documents"] = .integer(result.documentCount)
    value["types"] = .integer(result.typeCount)
    value["warnings"] = .array(result.warnings.map { .string($0) })
    value["files"] = .array(
      result.files.map { .array([.string($0.path), .string($0.content)]) }
    )
    let bytes = Array(Self.marker.utf8) + DataValue.object(value).cborBytes()
    if let slash = path.lastIndex(of: "/") {
      try FileSystem.createFolder(String(path[..<slash]))
    }
    try FileSystem.write(bytes, to: path)
  }
}
