import ATProtoData
import Lexicon
import LexiconCompiler
package import LexiconTemplates

/// The result of a previous run, stored in a file that the user chooses, together with everything
/// that it depends on.
///
/// The dependencies are compared byte by byte, not by hash or modification time: the build of the
/// program, the arguments, and the path and content of every file read. If anything differs, or the
/// file cannot be read, there is no cached result and everything is generated again. The output
/// directory is not part of the cache: every run brings it up to date, regardless of any changes to
/// it.
package struct GenerationCache {
  /// The first characters of the file. A file that starts differently is not replaced.
  package static let marker = "lexgen cache 2\n"
  /// The part of the marker that every version shares.
  private static let markerPrefix = "lexgen cache "
  package static let sizeLimit = 256 * 1024 * 1024

  package let path: String
  /// Everything that the result depends on.
  private let key: Bytes
  private let old: DataValue?

  /// Returns nil if the build of the running program cannot be determined, or if part of the input
  /// could not be read.
  ///
  /// - Throws: ``FileSystem/Failure`` if the file at `path` is not a cache.
  package init?(
    path: String,
    input: ProjectSources,
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
      .array(
        input.files.map { file in
          .array([
            .integer(file.role.rawValue), .string(file.file.path), .bytes(Bytes(file.file.bytes)),
          ])
        }
      ),
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
      throw FileSystem.Failure(path: path, description: "cannot write cache: not a file")
    }
    let head = try FileSystem.head(of: path, marker.utf8.count)
    guard head.starts(with: markerPrefix.utf8) else {
      throw FileSystem.Failure(
        path: path,
        description: "cannot write cache: the file exists and is not a lexgen cache"
      )
    }
    guard head == Array(marker.utf8), entry.size <= sizeLimit else { return nil }
    let bytes = try FileSystem.read(path, limit: sizeLimit)
    let limits = DataLimits(
      inputSize: sizeLimit,
      depth: 8,
      elements: 1 << 20,
      stringLength: sizeLimit
    )
    return try? DataValue(cbor: Array(bytes.dropFirst(head.count)), limits: limits)
  }

  /// The result of the previous run; nil if anything that it depends on has changed.
  package func result() -> GenerationResult? {
    guard let old, old["key"]?.bytes == key,
      let documentCount = old["documents"]?.integer,
      let typeCount = old["types"]?.integer,
      let warnings = old["warnings"]?.array?.compactMap(\.string),
      let files = Self.files(old["files"]),
      let subsets = old["subsets"]?.array
    else { return nil }
    let subsetFiles = subsets.compactMap(Self.files)
    guard subsetFiles.count == subsets.count else { return nil }
    return GenerationResult(
      documentCount: documentCount,
      typeCount: typeCount,
      warnings: warnings,
      files: files,
      subsets: subsetFiles
    )
  }

  private static func files(_ value: DataValue?) -> [OutputFile]? {
    guard let values = value?.array else { return nil }
    let files = values.compactMap { file -> OutputFile? in
      guard let path = file[0]?.string, let content = file[1]?.string else { return nil }
      return OutputFile(path: path, content: content)
    }
    return files.count == values.count ? files : nil
  }

  private static func value(of files: [OutputFile]) -> DataValue {
    .array(files.map { .array([.string($0.path), .string($0.content)]) })
  }

  /// Stores `result` for the next run, unless it is incomplete.
  package func store(_ result: GenerationResult) throws(FileSystem.Failure) {
    guard !result.hasErrors else { return }
    var value = DataObject()
    value["key"] = .bytes(key)
    value["documents"] = .integer(result.documentCount)
    value["types"] = .integer(result.typeCount)
    value["warnings"] = .array(result.warnings.map { .string($0) })
    value["files"] = Self.value(of: result.files)
    value["subsets"] = .array(result.subsets.map(Self.value))
    let bytes = Array(Self.marker.utf8) + DataValue.object(value).cborBytes()
    if let slash = path.lastIndex(of: "/") {
      try FileSystem.createDirectory(String(path[..<slash]))
    }
    try FileSystem.write(bytes, to: path)
  }
}

/// The output of one run of `generate`, before anything is written.
package struct GenerationResult: Equatable {
  package var documentCount: Int
  package var typeCount: Int
  /// The warnings as printed.
  package var warnings: [String]
  package var files: [OutputFile]
  /// The files of each subset, in the order of the configuration.
  package var subsets: [[OutputFile]] = []
  /// Whether the result is incomplete, because with `--keep-going`, documents with errors are left
  /// out.
  package var hasErrors = false

  package init(
    documentCount: Int,
    typeCount: Int,
    warnings: [String],
    files: [OutputFile],
    subsets: [[OutputFile]] = [],
    hasErrors: Bool = false
  ) {
    self.documentCount = documentCount
    self.typeCount = typeCount
    self.warnings = warnings
    self.files = files
    self.subsets = subsets
    self.hasErrors = hasErrors
  }
}

extension OutputFile {
  package var lineCount: Int {
    let newline = UInt8(ascii: "\n")
    return content.utf8.withContiguousStorageIfAvailable { $0.count { $0 == newline } }
      ?? content.utf8.count { $0 == newline }
  }
}
