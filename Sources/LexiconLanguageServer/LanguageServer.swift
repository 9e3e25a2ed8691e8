import ATProtoData
package import LexiconProject

/// A language server for Lexicon documents: a state machine that turns messages into messages.
///
/// It reads files, but it writes nothing, and it has no clock and no threads. A request sees every
/// change that was received before it.
package struct LanguageServer {
  /// What the caller has to do.
  package enum Effect: Hashable, Sendable {
    /// Send the content of a message.
    case send([UInt8])
    /// Print a line for the person who looks for a problem.
    case log(String)
    /// Watch the process of the client, and end if it ends.
    case watchProcess(Int)
    /// End with this status.
    case exit(Int32)
  }

  private enum Phase {
    case waiting
    case running
    case shutDown
  }

  private let version: String
  private var phase = Phase.waiting
  var workspace: Workspace
  var client = ClientCapabilities()

  /// - Parameters:
  ///   - files: the files on disk
  ///   - version: the version of the program
  package init(files: any FileProvider = DiskFiles(), version: String) {
    self.version = version
    workspace = Workspace(files)
  }

  /// The status with which the server ends if its input ends.
  package var statusAtEnd: Int32 { phase == .shutDown ? 0 : 1 }

  /// Handles a message. Diagnostics follow with ``settle()``.
  package mutating func receive(_ frame: FrameReader.Frame) -> [Effect] {
    switch frame {
    case .malformed(let reason):
      return [.send(Reply.failure(MessageFailure(.parseError, reason), to: .null))]
    case .content(let content):
      switch Message(content) {
      case .malformed(let id, let failure): return [.send(Reply.failure(failure, to: id))]
      case .response: return []
      case .notification(let method, let params): return notify(method, params)
      case .request(let id, let method, let params):
        do throws(MessageFailure) {
          let (result, effects) = try answer(method, params)
          return [.send(Reply.result(result, to: id))] + effects
        } catch {
          return [.send(Reply.failure(error, to: id))]
        }
      }
    }
  }

  /// Returns the diagnostics that have changed. Call this when no further input is waiting.
  package mutating func settle() -> [Effect] {
    guard phase == .running, workspace.needsUpdate else { return [] }
    let (diagnostics, messages) = workspace.publish()
    var effects: [Effect] = []
    for message in messages {
      let params: DataValue = ["type": 2, "message": .string("lexgen: \(message)")]
      effects.append(.send(Reply.notification("window/showMessage", params)))
    }
    for params in diagnostics {
      effects.append(.send(Reply.notification("textDocument/publishDiagnostics", params)))
    }
    return effects
  }

  // MARK: - Requests

  private mutating func answer(
    _ method: String,
    _ params: JSONValue?
  ) throws(MessageFailure) -> (DataValue, [Effect]) {
    switch (phase, method) {
    case (.waiting, "initialize"): return try initialize(params)
    case (.waiting, _):
      throw MessageFailure(.serverNotInitialized, "the server is not initialized")
    case (.running, "initialize"):
      throw MessageFailure(.invalidRequest, "the server is already initialized")
    case (.shutDown, _): throw MessageFailure(.invalidRequest, "the server is shut down")
    case (.running, "shutdown"):
      phase = .shutDown
      return (.null, [])
    case (.running, _): break
    }
    workspace.update()
    return (try feature(method, RequestParams(params)), [])
  }

  private mutating func feature(
    _ method: String,
    _ params: RequestParams
  ) throws(MessageFailure) -> DataValue {
    if let uri = try? params.uri(), !workspace.isSynchronized(uri) {
      // The client's positions are in another text.
      guard method == "textDocument/rename" else { return .null }
      throw Self.lostChanges(uri)
    }
    return try synchronizedFeature(method, params)
  }

  static func lostChanges(_ uri: DocumentURI) -> MessageFailure {
    MessageFailure(
      .requestFailed,
      "cannot edit \(uri.name): a change of the document was lost; close it and open it again"
    )
  }

  private mutating func synchronizedFeature(
    _ method: String,
    _ params: RequestParams
  ) throws(MessageFailure) -> DataValue {
    switch method {
    case "textDocument/definition": try definition(params)
    case "textDocument/references": try references(params)
    case "textDocument/hover": try hover(params)
    case "textDocument/documentSymbol": try symbols(params)
    case "textDocument/completion": try completion(params)
    case "textDocument/formatting": try formatting(params)
    case "textDocument/codeAction": try codeActions(params)
    case "textDocument/prepareRename": try prepareRename(params)
    case "textDocument/rename": try rename(params)
    default: throw MessageFailure(.methodNotFound, "unknown method '\(method)'")
    }
  }

  private mutating func initialize(
    _ params: JSONValue?
  ) throws(MessageFailure) -> (DataValue, [Effect]) {
    guard let params, case .object = params else {
      throw MessageFailure(.invalidParams, "expected parameters")
    }
    client = ClientCapabilities(params["capabilities"])
    workspace.encoding = PositionEncoding(offered: client.positionEncodings)
    workspace.configuration = params["initializationOptions"]?["config"]?.string
    if case .array(let folders)? = params["workspaceFolders"] {
      for uri in folders.compactMap({ $0["uri"]?.string }) { workspace.addFolder(uri) }
    } else if let uri = params["rootUri"]?.string {
      workspace.addFolder(uri)
    } else if let path = params["rootPath"]?.string {
      workspace.addFolder("\(DocumentURI(path: path))")
    }
    phase = .running
    var effects: [Effect] = []
    if case .integer(let process)? = params["processId"] { effects = [.watchProcess(process)] }
    return (
      [
        "capabilities": capabilities,
        "serverInfo": ["name": "lexgen", "version": .string(version)],
      ], effects
    )
  }

  private var capabilities: DataValue {
    [
      "positionEncoding": .string(workspace.encoding.rawValue),
      "textDocumentSync": [
        "openClose": true, "change": 2, "save": ["includeText": false],
      ],
      "definitionProvider": true, "referencesProvider": true, "hoverProvider": true,
      "documentSymbolProvider": true, "documentFormattingProvider": true,
      "completionProvider": ["triggerCharacters": ["\"", "#", ".", ":"]],
      "codeActionProvider": ["codeActionKinds": ["quickfix", "source.fixAll"]],
      "renameProvider": ["prepareProvider": true],
      "workspace": [
        "workspaceFolders": ["supported": true, "changeNotifications": true]
      ],
    ]
  }

  // MARK: - Notifications

  private mutating func notify(_ method: String, _ params: JSONValue?) -> [Effect] {
    if method == "exit" { return [.exit(statusAtEnd)] }
    guard phase == .running else { return [] }
    do throws(MessageFailure) {
      return try handle(method, params)
    } catch {
      // A notification has no answer.
      return [.log("\(method): \(error.message)")]
    }
  }

  private mutating func handle(
    _ method: String,
    _ params: JSONValue?
  ) throws(MessageFailure) -> [Effect] {
    switch method {
    case "initialized": return client.canRegisterWatchers ? [.send(Self.watchers)] : []
    case "textDocument/didOpen":
      let item = params?["textDocument"]
      guard let uri = item?["uri"]?.string, let text = item?["text"]?.string else {
        throw MessageFailure(.invalidParams, "expected a document with a URI and a text")
      }
      workspace.open(
        OpenDocument(
          uri: DocumentURI(uri),
          languageID: item?["languageId"]?.string ?? "",
          version: item?["version"]?.integer,
          text: TextDocument(Array(text.utf8), workspace.encoding)
        )
      )
    case "textDocument/didChange":
      let uri = try documentURI(params)
      do throws(MessageFailure) {
        try workspace.change(
          uri,
          version: params?["textDocument"]?["version"]?.integer,
          // Without a list, a change was lost.
          params?["contentChanges"]?.array ?? [.null]
        )
      } catch {
        guard !workspace.isSynchronized(uri) else { throw error }
        return [.log("\(method): \(error.message)"), Self.desynchronized(uri, error)]
      }
    case "textDocument/didClose": workspace.close(try documentURI(params))
    case "textDocument/didSave": workspace.saved(try documentURI(params))
    case "workspace/didChangeWatchedFiles":
      guard case .array(let changes)? = params?["changes"] else {
        throw MessageFailure(.invalidParams, "expected changes")
      }
      for uri in changes.compactMap({ $0["uri"]?.string }) {
        workspace.fileChanged(DocumentURI(uri))
      }
    case "workspace/didChangeWorkspaceFolders":
      for folder in params?["event"]?["removed"]?.array ?? [] {
        if let uri = folder["uri"]?.string { workspace.removeFolder(uri) }
      }
      for folder in params?["event"]?["added"]?.array ?? [] {
        if let uri = folder["uri"]?.string { workspace.addFolder(uri) }
      }
    default: break
    }
    return []
  }

  private func documentURI(_ params: JSONValue?) throws(MessageFailure) -> DocumentURI {
    guard let uri = params?["textDocument"]?["uri"]?.string else {
      throw MessageFailure(.invalidParams, "expected a document with a URI")
    }
    return DocumentURI(uri)
  }

  private static func desynchronized(_ uri: DocumentURI, _ failure: MessageFailure) -> Effect {
    let text =
      "lexgen: cannot apply a change of \(uri.name): \(failure.message); close the document and open "
      + "it again"
    return .send(Reply.notification("window/showMessage", ["type": 1, "message": .string(text)]))
  }

  private static let watchers = Reply.request(
    "watchers",
    "client/registerCapability",
    [
      "registrations": [
        [
          "id": "watchers", "method": "workspace/didChangeWatchedFiles",
          "registerOptions": ["watchers": [["globPattern": "**/*.{json,yaml,yml}"]]],
        ]
      ]
    ]
  )
}
