import ATProtoSyntax
import ArgumentParser
import Lexicon
import LexiconResolution
import XRPCClient

/// What commands for authors have in common: files, the account, and how domains are looked up.
struct LexiconAuthorOptions: ParsableArguments {
  @OptionGroup var folder: LexiconFolderOptions
  @OptionGroup var authority: LexiconAuthorityOptions
  @OptionGroup var client: ClientOptions

  var output: OutputOptions { client.output }

  func run() throws -> LexiconRun { try authority.run(client.server.network) }

  /// The documents that are named, or those below `--lexicons`.
  ///
  /// - Parameter includesInstalled: whether documents that the manifest lists count, too, if none
  ///   are named.
  /// - Throws: every problem of every file.
  func documents(
    _ paths: [String],
    check: LocalLexicons.Check = .form,
    includesInstalled: Bool = false
  ) throws -> LocalLexicons {
    let excluded = try paths.isEmpty && !includesInstalled ? installed() : []
    let files = try LexiconFiles(paths.isEmpty ? [folder.lexicons] : paths)
      .excluding(excluded, below: folder.lexicons)
    do throws(LocalLexicons.Failure) {
      return try LocalLexicons(files.files, named: files.named, check: check).excluding(excluded)
    } catch {
      let problems = error.diagnostics.map(\.description)
      let reason = "cannot read the schemas, because they have errors"
      guard output.json else { throw CommandError(reason: reason, details: problems) }
      let others = problems.count > 1 ? " (and \(problems.count - 1) more)" : ""
      throw LexiconError(.invalidRecord, "\(reason): \(problems.first ?? "")\(others)")
    }
  }

  /// The documents that the manifest lists.
  func installed() throws -> Set<NSID> {
    guard let manifest = try folder.folder.manifest()?.manifest else { return [] }
    return manifest.lexicons.union(manifest.resolutions.keys)
  }

  /// The DID of the account that is logged in; nil if there is none.
  func account() async throws -> DID? {
    if client.account != nil { return try await client.author().did }
    // A session that cannot be read matters only to those who write.
    return (try? await client.kept()).flatMap { try? DID($0.session.did) }
  }
}

extension ClientOptions {
  /// A client with the session of the account that publishes.
  ///
  /// - Throws: ``LexiconError/Code/notLoggedIn``.
  func author() async throws -> (client: XRPCClient, did: DID) {
    do {
      let (client, session) = try await loggedInSession()
      return (client, try DID(session.did))
    } catch let error as CommandError {
      throw LexiconError(.notLoggedIn, error.reason)
    }
  }
}
