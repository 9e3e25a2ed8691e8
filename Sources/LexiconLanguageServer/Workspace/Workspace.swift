import ATProtoData
import Lexicon
import LexiconProject

/// The projects and the buffers of a client.
struct Workspace {
  private let disk: any FileProvider
  var encoding = PositionEncoding.utf16
  /// The configuration that the client has named, instead of `lexgen.yaml`.
  var configuration: String?
  private(set) var folders: [ProjectFolder] = []
  private(set) var documents: [DocumentURI: OpenDocument] = [:]
  /// The spellings of the URIs of documents that are or were open, by path.
  private var spellings: [String: DocumentURI] = [:]
  /// The open documents whose diagnostics must be sent even if they are the same.
  private var touched: Set<DocumentURI> = []
  /// The findings that the client shows.
  private var published: [DocumentURI: [Diagnostic]] = [:]
  private var shownProblems: [String: String] = [:]
  /// Whether a project has been checked since the last diagnostics. A request checks it, too.
  private var isUnpublished = false

  init(_ disk: any FileProvider) {
    self.disk = disk
  }

  // MARK: - Changes

  mutating func addFolder(_ uri: String) {
    guard let path = DocumentURI(uri).path, !folders.contains(where: { $0.root == path }) else {
      return
    }
    folders.append(ProjectFolder(root: path, configuration: configuration))
  }

  mutating func removeFolder(_ uri: String) {
    guard let path = DocumentURI(uri).path else { return }
    folders.removeAll { $0.root == path }
    shownProblems[path] = nil
    // They are checked alone now, or in another folder.
    touched.formUnion(documents.keys)
  }

  mutating func open(_ document: OpenDocument) {
    documents[document.uri] = document
    spellings[document.path] = document.uri
    bufferChanged(document.uri)
  }

  mutating func change(
    _ uri: DocumentURI,
    version: Int?,
    _ changes: [JSONValue]
  ) throws(MessageFailure) {
    guard var document = documents[uri] else {
      throw MessageFailure(.invalidParams, "cannot find '\(uri)': the document is not open")
    }
    document.version = version
    // Text that replaces everything makes up for changes that were lost.
    if let last = changes.lastIndex(where: \.replacesText) {
      document.isDesynchronized = false
      try apply(changes[last...], to: document)
    } else if document.isDesynchronized {
      documents[uri] = document
    } else {
      try apply(changes[...], to: document)
    }
  }

  /// Applies changes to a document. If one of them fails, the text stays as it was before them, and
  /// the document is desynchronized.
  private mutating func apply(
    _ changes: ArraySlice<JSONValue>,
    to document: OpenDocument
  ) throws(MessageFailure) {
    var document = document
    let text = document.text
    defer {
      documents[document.uri] = document
      bufferChanged(document.uri)
    }
    do throws(MessageFailure) {
      for change in changes { try document.text.apply(change) }
    } catch {
      document.text = text
      document.isDesynchronized = true
      throw error
    }
  }

  mutating func close(_ uri: DocumentURI) {
    documents[uri] = nil
    touched.remove(uri)
    fileChanged(uri)
  }

  mutating func saved(_ uri: DocumentURI) {
    guard let path = uri.path else { return }
    for index in folders.indices { folders[index].saved(path) }
    fileChanged(uri)
  }

  /// Handles the news that a file on disk has changed, was created, or was deleted. Buffers take
  /// precedence over files.
  mutating func fileChanged(_ uri: DocumentURI) {
    guard documents[uri] == nil, let path = uri.path else { return }
    for index in folders.indices { folders[index].fileChanged(path) }
  }

  private mutating func bufferChanged(_ uri: DocumentURI) {
    touched.insert(uri)
    guard let path = uri.path, let bytes = documents[uri]?.text.bytes else { return }
    for index in folders.indices { folders[index].bufferChanged(path, bytes) }
  }

  /// Whether diagnostics may have to be sent.
  var needsUpdate: Bool {
    isUnpublished || !touched.isEmpty || folders.contains { $0.needsUpdate }
      || published.keys.contains { documents[$0] == nil && !isInProject($0) }
  }

  private func isInProject(_ uri: DocumentURI) -> Bool {
    guard let path = uri.path else { return false }
    return folders.contains { $0.findings[path] != nil }
  }

  // MARK: - State

  /// Brings all projects up to date.
  mutating func update() {
    guard folders.contains(where: { $0.needsUpdate }) else { return }
    isUnpublished = true
    var open: [String: [UInt8]] = [:]
    for document in documents.values {
      if let path = document.uri.path { open[path] = document.text.bytes }
    }
    for index in folders.indices where folders[index].needsUpdate {
      folders[index].update(from: disk, open: open, encoding)
    }
  }

  /// Reads the project of a document again, because a client may not send events about files, or may
  /// not have sent them yet.
  mutating func readAgain(_ uri: DocumentURI) {
    guard let folder = folder(of: uri.path) else { return }
    folders[folder].isStale = true
    update()
  }

  /// The index of the folder whose project contains a file.
  func folder(of path: String?) -> Int? {
    guard let path else { return nil }
    return folders.firstIndex { $0.files[path] != nil }
  }

  /// The file of a document: of its project, or alone. Projects must be up to date.
  func file(_ uri: DocumentURI) throws(MessageFailure) -> ProjectFile {
    if let path = uri.path, let folder = folder(of: path), let file = folders[folder].files[path] {
      return file
    }
    guard let document = documents[uri] else {
      throw MessageFailure(.invalidParams, "cannot find '\(uri)': the document is not open")
    }
    return ProjectFile(document.source, encoding)
  }

  /// Whether the text of a document is that of the client, so that it can be edited.
  func isSynchronized(_ uri: DocumentURI) -> Bool {
    !(documents[uri]?.isDesynchronized ?? false)
  }

  /// Whether a file is, or may become, a Lexicon document. Outside of a project, most JSON is not.
  func isLexicon(_ file: ProjectFile) -> Bool {
    folder(of: file.path) != nil || file.root?["lexicon"] != nil
  }

  /// Whether the project may change a file. Installed documents, references, and the documents of
  /// imported modules belong to others.
  func isEditable(_ file: ProjectFile) -> Bool {
    guard file.role == .own else { return false }
    guard let folder = folder(of: file.path) else { return true }
    return !folders[folder].isInstalled(file.path)
  }

  func uri(of path: String) -> DocumentURI {
    spellings[path] ?? DocumentURI(path: path)
  }

  /// The document with an NSID in the project of a file. A document outside of any project is alone.
  mutating func document(_ nsid: String, from file: ProjectFile) -> ProjectFile? {
    guard let folder = folder(of: file.path) else {
      return file.outline.nsid == nsid ? file : nil
    }
    return folders[folder].document(nsid)
  }

  /// All files of the project of a file.
  func files(around file: ProjectFile) -> [ProjectFile] {
    guard let folder = folder(of: file.path) else { return [file] }
    return folders[folder].files.values.sorted { $0.path < $1.path }
  }

  /// The findings about a document. Projects must be up to date.
  func findings(_ uri: DocumentURI) -> [Finding] {
    if let path = uri.path, let folder = folders.first(where: { $0.findings[path] != nil }) {
      return folder.findings[path] ?? []
    }
    guard folder(of: uri.path) == nil, let document = documents[uri] else { return [] }
    return LoneDocument.findings(in: document.source)
  }

  /// The safe corrections of a document, as `lexgen check --fix` finds them: a baseline does not
  /// matter. Projects must be up to date.
  func corrections(_ uri: DocumentURI) -> [TextEdit] {
    guard let path = uri.path, let folder = folder(of: path) else {
      return findings(uri).flatMap(\.edits)
    }
    return folders[folder].corrections[path] ?? []
  }

  // MARK: - Diagnostics

  /// Returns the parameters of `textDocument/publishDiagnostics` for each document whose diagnostics
  /// have changed, and messages about configurations.
  mutating func publish() -> (diagnostics: [DataValue], messages: [String]) {
    update()
    var current: [DocumentURI: [Finding]] = [:]
    for folder in folders {
      for (path, findings) in folder.findings {
        let uri = uri(of: path)
        if current[uri] == nil { current[uri] = findings }
      }
    }
    for uri in documents.keys where current[uri] == nil { current[uri] = findings(uri) }
    for document in documents.values where document.isDesynchronized { current[document.uri] = [] }
    var result: [DataValue] = []
    let uris = Set(current.keys).union(published.keys)
    for uri in uris.sorted(by: { $0.description < $1.description }) {
      let findings = current[uri] ?? []
      let diagnostics = findings.map(\.diagnostic)
      guard touched.contains(uri) || (published[uri] ?? []) != diagnostics else { continue }
      published[uri] = diagnostics.isEmpty ? nil : diagnostics
      let file = readFile(uri)
      var params: DataValue = [
        "uri": .string("\(spelling(uri))"),
        "diagnostics": .array(findings.map { diagnostic($0, in: file) }),
      ]
      if let version = documents[uri]?.version { params["version"] = .integer(version) }
      result.append(params)
    }
    touched = []
    isUnpublished = false
    return (result, messages())
  }

  private func spelling(_ uri: DocumentURI) -> DocumentURI {
    documents[uri]?.uri ?? uri.path.flatMap { spellings[$0] } ?? uri
  }

  /// The file that a finding is about, which need not be a document.
  private func readFile(_ uri: DocumentURI) -> ProjectFile {
    if let file = try? file(uri) { return file }
    // A document without a file has no text after it was closed.
    guard let path = uri.path else {
      return ProjectFile(SourceFile(path: uri.description, bytes: []), encoding)
    }
    let bytes = (try? disk.read(path, limit: InputReader.fileSizeLimit)) ?? []
    return ProjectFile(SourceFile(path: path, bytes: bytes), encoding)
  }

  private mutating func messages() -> [String] {
    var messages: [String] = []
    for folder in folders where shownProblems[folder.root] != folder.problem {
      shownProblems[folder.root] = folder.problem
      if let problem = folder.problem { messages.append(problem) }
    }
    return messages
  }
}

extension Workspace {
  /// A finding as the protocol describes it.
  func diagnostic(_ finding: Finding, in file: ProjectFile) -> DataValue {
    let diagnostic = finding.diagnostic
    let severity =
      switch diagnostic.severity {
      case .error: 1
      case .warning: 2
      case .note: 3
      }
    var value: DataValue = [
      "range": file.range(ofTokenAt: diagnostic.location.offset),
      "severity": .integer(severity), "code": .string(diagnostic.rule), "source": "lexgen",
      "message": .string(message(diagnostic.message, in: file)),
    ]
    if !diagnostic.notes.isEmpty {
      value["relatedInformation"] = .array(
        diagnostic.notes.map { note in
          let uri = uri(of: note.location.path)
          let place = readFile(uri)
          return [
            "location": [
              "uri": .string("\(uri)"), "range": place.range(ofTokenAt: note.location.offset),
            ],
            "message": .string(message(note.message, in: file)),
          ]
        }
      )
    }
    return value
  }

  /// The path of a file as messages show it.
  func name(of file: ProjectFile) -> String { message(file.path, in: file) }

  /// Paths in messages are relative to the folder, as they are on the command line.
  private func message(_ text: String, in file: ProjectFile) -> String {
    // The configuration and the manifest have findings, but are not documents.
    let folder = folders.first { $0.files[file.path] != nil || $0.findings[file.path] != nil }
    guard let root = folder?.root, root != "/" else { return text }
    return text.replacing("\(root)/", with: "")
  }
}

extension JSONValue {
  /// Whether an element of `contentChanges` replaces the whole text.
  fileprivate var replacesText: Bool {
    self["text"]?.string != nil && (self["range"] ?? .null) == .null
  }
}

extension ProjectFile {
  func range(ofTokenAt offset: Int) -> DataValue {
    guard let tree else {
      let start = text.position(at: offset).json
      return ["start": start, "end": start]
    }
    return text.range(tree.token(at: offset))
  }
}
