import ATProtoCrypto
import ATProtoData
import ATProtoHTTP
import ATProtoIdentity
import ATProtoSyntax
import ArgumentParser
import ComAtprotoAPI
import Foundation
import Labeler
import XRPC
import XRPCClient

struct LabelerSetupCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "setup",
    abstract: "Publish the key, the URL, and the declaration of a labeler.",
    discussion: """
      Makes an account a labeler: adds the key #atproto_label and the service #atproto_labeler to the identity of the account, \
      and writes its declaration, app.bsky.labeler.service/self; everything else stays as it is. \
      Log in to the account first, with its own password. The account's server signs the change of \
      a did:plc after it has sent a token by email: run this command with --request-token, then \
      again with --token. A holder of a rotation key needs neither. The owner of a did:web edits \
      the DID document, and this command prints what to add or remove. Running it again \
      changes nothing. With --json: {"did", "changes", "declaration", "key"}; for a did:web \
      {"publish"}, or {"withdraw"} with --remove, too.
      """
  )

  @Argument(
    help: ArgumentHelp("The account's handle or DID."),
    transform: ParsedArgument.identifier
  )
  var account: ATIdentifier

  @Option(
    help: ArgumentHelp("The public URL of the labeler.", valueName: "url"),
    transform: Self.url
  )
  var url: HTTPURL?

  @Option(
    help: ArgumentHelp(
      "Read the key that signs labels from this file, as 64 hexadecimal digits.",
      valueName: "file"
    )
  )
  var keyFile: String?

  @Option(
    help: ArgumentHelp(
      "Generate the key and store it in this file, unless the file exists.",
      valueName: "file"
    )
  )
  var generateKey: String?

  @Option(
    help: ArgumentHelp(
      "Write this declaration; default: the present one, or one without label values.",
      valueName: "file"
    )
  )
  var declaration: String?

  @Flag(help: "Remove the key, the service, and the declaration; the account remains.")
  var remove = false

  @Flag(help: "Show what would change, and change nothing.")
  var dryRun = false

  @OptionGroup var signing: LabelerSetupSigning
  @OptionGroup var client: ClientOptions

  func validate() throws {
    if let url {
      guard url.scheme == "https" || client.server.network.dev else {
        throw ValidationError("--url must be an https URL, so that others can reach the labeler")
      }
    }
    if remove {
      guard url == nil, keyFile == nil, generateKey == nil, declaration == nil else {
        throw ValidationError("--remove needs no --url, key, or --declaration")
      }
    } else {
      guard url != nil else { throw ValidationError("missing --url") }
      guard (keyFile == nil) != (generateKey == nil) else {
        throw ValidationError("pass either --key-file or --generate-key")
      }
    }
  }

  func run() async throws {
    let did = try await client.server.identity(of: account).did
    let record = try declaration.map { try LabelerDeclaration.read($0, client.output) }
    // Before anything changes: only the account itself can write its declaration.
    let caller = try await dryRun ? nil : session(did)
    if signing.requestToken, let caller {
      try await caller.comAtproto.identity.requestPlcOperationSignature()
      return client.output.print(
        ["did": .string(did.string), "requested": true],
        orText: "The account's server has sent a token by email; run this again with --token."
      )
    }
    let key = try remove || dryRun && keyFile == nil ? nil : readKey()
    var report: DataObject = ["did": .string(did.string)]
    report["key"] = key.map { .string($0.publicKey.didKey) }
    if did.method == "web" {
      if remove {
        report["withdraw"] = LabelerSetup.webEntryIDs(of: did)
      } else if let key, let url {
        report["publish"] = LabelerSetup.webEntries(of: did, key: key.publicKey, url: url.origin)
      }
      report["changes"] = []
    } else {
      let setup = try await setup(did, key?.publicKey)
      report["changes"] = .array(setup.changes.map { .string($0.rawValue) })
      if !setup.changes.isEmpty, let caller {
        try await signing.apply(setup, to: did, client.server.network.plc, caller)
      }
    }
    if let caller {
      let place = LabelerDeclaration(client: caller, did: FormatString(did))
      let outcome = try await remove ? place.remove() : place.write(record)
      report["declaration"] = .string(outcome.rawValue)
    }
    print(report)
  }

  private func setup(_ did: DID, _ key: PublicKey?) async throws -> LabelerSetup {
    let current = try await client.server.network.plc.data(of: did)
    if remove { return LabelerSetup(removingFrom: current) }
    // A dry run without a key file stands for a key that is not generated yet.
    let key = key ?? PrivateKey(generating: .k256).publicKey
    return LabelerSetup(adding: key, url: url?.origin ?? "", to: current)
  }

  private func readKey() throws -> PrivateKey {
    if let generateKey {
      // Running the command again must not make another key.
      let exists = FileManager.default.fileExists(atPath: generateKey)
      return try exists ? LabelerKeyFile.read(generateKey) : LabelerKeyFile.generate(generateKey)
    }
    return try LabelerKeyFile.read(keyFile ?? "")
  }

  /// A client that is logged in to the account.
  private func session(_ did: DID) async throws -> XRPCClient {
    var options = client
    if options.account == nil { options.account = did.string }
    let (client, session) = try await options.loggedInSession()
    guard session.did == did.string else {
      throw CommandError(
        reason: "\(session.handle) is logged in, but this command sets up \(did); log in as it"
      )
    }
    return client
  }

  private func print(_ report: DataObject) {
    client.output.print(.object(report)) { table in
      table.add("did", report["did"]?.string ?? "")
      if let key = report["key"]?.string { table.add("key", key) }
      let changes = report["changes"]?.array?.compactMap(\.string) ?? []
      let verb = dryRun ? "would change" : "changed"
      table.add(verb, changes.isEmpty ? "nothing" : changes.joined(separator: ", "))
      if let declaration = report["declaration"]?.string { table.add("declaration", declaration) }
      if let publish = report["publish"] {
        table.add("add to the DID document", publish.jsonString())
      }
      if let withdraw = report["withdraw"] {
        table.add("remove from the DID document", withdraw.jsonString())
      }
    }
  }

  private static func url(_ text: String) throws -> HTTPURL {
    guard let url = HTTPURL(text), url.target == "/" else {
      throw ValidationError("'\(text)' is not a valid URL of a labeler: it must not have a path")
    }
    return url
  }
}

/// How the change of an identity is signed.
struct LabelerSetupSigning: ParsableArguments {
  @Flag(help: "Ask the account's server to send a token by email.")
  var requestToken = false

  @Option(help: ArgumentHelp("The token from the email.", valueName: "token"))
  var token: String?

  @Option(
    help: ArgumentHelp(
      "Sign with the rotation key in this file, instead of the account's server.",
      valueName: "file"
    )
  )
  var rotationKeyFile: String?

  func apply(
    _ setup: LabelerSetup,
    to did: DID,
    _ plc: PLCDirectoryClient,
    _ caller: XRPCClient
  ) async throws {
    if let rotationKeyFile {
      let key = try RotationKeyFile.read(rotationKeyFile)
      let last = try await plc.lastOperation(of: did)
      return try await plc.submit(setup.operation(after: last, signedBy: key), of: did)
    }
    guard let token else {
      throw CommandError(
        reason: """
          the account's server signs the change of the identity with a token from an email; run \
          this again with --request-token, then with --token, or with --rotation-key-file
          """,
        exitCode: .validationFailure
      )
    }
    let identity = caller.comAtproto.identity
    let fields = setup.data.fields
    let signed = try await identity.signPlcOperation(
      ComAtproto.Identity.SignPlcOperation.Input(
        token: token,
        rotationKeys: setup.data.rotationKeys,
        alsoKnownAs: setup.data.alsoKnownAs,
        verificationMethods: fields["verificationMethods"],
        services: fields["services"]
      )
    )
    try await identity.submitPlcOperation(
      ComAtproto.Identity.SubmitPlcOperation.Input(operation: signed.operation)
    )
  }
}

/// The file of a rotation key: a multikey, as `atproto key generate` prints it, or 64 hexadecimal
/// digits of a K-256 key.
enum RotationKeyFile {
  static func read(_ path: String) throws -> PrivateKey {
    let text = try PasswordInput.firstLine(of: path)
    if let key = try? PrivateKey(multikey: text) { return key }
    guard let bytes = Hex.decode(text),
      let key = try? PrivateKey(curve: .k256, rawRepresentation: bytes)
    else { throw CommandError(reason: "\(path) does not contain a private key") }
    return key
  }
}
