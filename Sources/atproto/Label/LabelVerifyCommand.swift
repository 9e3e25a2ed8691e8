import ATProtoData
import ATProtoIdentity
import ATProtoLabels
import ATProtoSyntax
import ArgumentParser
import ComAtprotoAPI
import XRPC
import XRPCClient

struct LabelVerifyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Verify the signatures of labels.",
    discussion: """
      Reads labels from a file, as `atproto label list --json` or queryLabels print them, or asks \
      the labeler for those of a subject. Each signature must be made with the key #atproto_label \
      in the current DID document of the label's source. The exit status is 1 unless all labels are \
      valid. With --json, one line per label: {"label", "verdict", "reason"}; the verdict is valid, \
      invalid, or unverified, if the identity of the source cannot be looked up.
      """
  )

  @Argument(
    help: ArgumentHelp(
      "A file of labels in JSON, `-` for standard input, or a handle, a DID, or an AT-URI."
    )
  )
  var labels = "-"

  @OptionGroup var options: LabelerOptions

  func run() async throws {
    let labels = try await given()
    guard !labels.isEmpty else { throw CommandError(reason: "there are no labels to verify") }
    let verifier = LabelVerifier(directory: options.network.directory)
    var isValid = true
    // One call looks up a limited number of sources.
    for label in labels {
      let verdict = await verifier.verify([label])[0]
      if verdict != .valid { isValid = false }
      print(label, verdict)
    }
    if !isValid { throw ExitCode(1) }
  }

  private func print(_ label: ComAtproto.Label.Defs.Label, _ verdict: LabelVerdict) {
    let name: String
    var reason: String?
    switch verdict {
    case .valid: name = "valid"
    case .invalid(let error): (name, reason) = ("invalid", error.reason)
    case .unverified(let error): (name, reason) = ("unverified", error.reason)
    }
    let line = LabelLine(label: label)
    var object: DataObject = ["label": line.json, "verdict": .string(name)]
    object["reason"] = reason.map { .string($0) }
    options.output.print(
      .object(object),
      orText: "\(name)  \(line.text)" + (reason.map { ": \($0)" } ?? "")
    )
  }

  private func given() async throws -> [ComAtproto.Label.Defs.Label] {
    if labels.hasPrefix("did:") || labels.hasPrefix("at://") { return try await asked() }
    guard labels == "-" || !Self.isHandle(labels) else { return try await asked() }
    return try LabelFile.labels(try InputFile.bytes(labels))
  }

  /// A file in the current directory may have the name of a handle.
  private static func isHandle(_ text: String) -> Bool {
    (try? InputFile.bytes(text)) == nil && (try? Handle(ParsedArgument.withoutAt(text))) != nil
  }

  private func asked() async throws -> [ComAtproto.Label.Defs.Label] {
    let uri = try await ModerationSubject(labels).uri(options.client).uri
    return try await options.reading { client in
      let pages = client.pages(
        ComAtproto.Label.QueryLabels.self,
        ComAtproto.Label.QueryLabels.Parameters(uriPatterns: [uri], limit: 250),
        from: \.cursor,
        to: \.cursor
      )
      var labels: [ComAtproto.Label.Defs.Label] = []
      for try await label in pages.items(\.labels) { labels.append(label) }
      return labels
    }
  }
}

/// Labels in JSON: one, an array, an object with `labels`, or one per line.
enum LabelFile {
  static func labels(_ bytes: [UInt8]) throws -> [ComAtproto.Label.Defs.Label] {
    if let value = try? DataValue(json: bytes) { return try labels(value) }
    return try bytes.split(separator: UInt8(ascii: "\n")).flatMap { line in
      try labels(DataValue(json: Array(line)))
    }
  }

  private static func labels(_ value: DataValue) throws -> [ComAtproto.Label.Defs.Label] {
    guard let list = value.array ?? value["labels"]?.array else {
      return [try ComAtproto.Label.Defs.Label(value["label"] ?? value)]
    }
    return try list.map { try ComAtproto.Label.Defs.Label($0) }
  }
}
