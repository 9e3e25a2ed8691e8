import ATProtoData
import ATProtoSyntax
import Lexicon

/// Reads files into documents, and collects their problems.
struct LocalLexiconReader {
  private(set) var documents: [NSID: LocalLexicon] = [:]
  private(set) var skipped: [String] = []
  private(set) var problems: [Diagnostic] = []
  private let named: Set<String>

  init(named: Set<String>) {
    self.named = named
  }

  mutating func read(_ file: SourceFile) {
    guard let format = file.format else {
      return report("unknown-file-type", file, "not a .json, .yaml, or .yml file")
    }
    let tree = LocatedTree.read(file, as: format)
    problems += tree.diagnostics.filter { $0.severity == .error }
    guard let root = tree.root else { return }
    guard root["lexicon"] != nil else { return skip(file, root) }
    guard case .string(let text)? = root["id"]?.kind, let nsid = try? NSID(text) else {
      return report("bad-nsid", file, "the document has no valid 'id'", tree.location(of: root))
    }
    do throws(DataError) {
      let limits = DataLimits(
        inputSize: LexiconFile.maximumSize,
        depth: LocalLexicons.maximumDepth,
        // The size of the record bounds them.
        elements: LocalLexicons.maximumRecordBytes,
        keyLength: LocalLexicons.maximumRecordBytes
      )
      // JSON is read again, because only the data model knows `$link` and `$bytes`.
      let value =
        format == .json ? try DataValue(json: file.bytes, limits: limits) : try DataValue(root)
      add(LocalLexicon(nsid: nsid.normalized, path: file.path, value: value), file, tree)
    } catch {
      let reason =
        error.code == .float
        ? "a number with a fraction cannot be published; records hold integers" : error.reason
      report("data-model", file, reason, tree.source.location(at: error.offset))
    }
  }

  private mutating func add(_ document: LocalLexicon, _ file: SourceFile, _ tree: LocatedTree) {
    guard document.record["$type"]?.string == LexiconResolver.collection.string else {
      return report("data-model", file, "the '$type' can only be '\(LexiconResolver.collection)'")
    }
    guard document.hasNormalizedID else {
      let place = tree.root?["id"].map { tree.location(of: $0) }
      return report("nsid-upper-case", file, "the 'id' must be '\(document.nsid)'", place)
    }
    guard document.byteCount <= LocalLexicons.maximumRecordBytes else {
      return report("too-large", file, "the record is larger than 1 MiB")
    }
    if let first = documents[document.nsid], first.cid != document.cid {
      return report("duplicate-nsid", file, "\(document.nsid) is also in \(first.path)")
    }
    if documents[document.nsid] == nil { documents[document.nsid] = document }
  }

  /// A file of another kind is skipped, unless the user named it or it was meant as a document.
  private mutating func skip(_ file: SourceFile, _ root: LocatedValue) {
    if root["id"] != nil, root["defs"] != nil {
      return report("missing-version", file, #"the document needs "lexicon": 1"#)
    }
    guard named.contains(file.path) else { return skipped.append(file.path) }
    report("not-a-lexicon", file, "the file is not a Lexicon document")
  }

  /// Applies the rules of the language, and those of advice.
  mutating func check(_ files: [SourceFile], advice: Bool) {
    let skipped = Set(skipped)
    let checked = CheckedCatalog.checkPart(files.filter { !skipped.contains($0.path) })
    let least = advice ? Diagnostic.Severity.warning : .error
    problems += checked.diagnostics.filter { $0.severity <= least }
    guard advice else { return }
    problems += checked.findings(in: checked.catalog.documents).filter { $0.severity <= least }
  }

  private mutating func report(
    _ rule: String,
    _ file: SourceFile,
    _ message: String,
    _ location: SourceLocation? = nil
  ) {
    let start = SourceLocation(path: file.path, offset: 0, line: 1, column: 1)
    problems.append(Diagnostic(.error, rule: rule, at: location ?? start, message))
  }
}

extension DataValue {
  /// The data of a YAML file. Throws the offset of a number that the data model does not have.
  fileprivate init(_ value: LocatedValue) throws(DataError) {
    switch value.kind {
    case .null: self = .null
    case .boolean(let boolean): self = .boolean(boolean)
    case .integer(let integer): self = .integer(integer)
    case .string(let string): self = .string(string)
    case .number, .tooLarge:
      throw DataError(code: .float, offset: value.range.lowerBound, reason: "not an integer")
    case .array(let elements):
      var values: [DataValue] = []
      for element in elements { values.append(try DataValue(element)) }
      self = .array(values)
    case .object(let members):
      var fields: [(key: String, value: DataValue)] = []
      for member in members { fields.append((member.name, try DataValue(member.value))) }
      self = .object(DataObject(distinct: fields))
    }
  }
}
