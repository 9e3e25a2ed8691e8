import ATProtoData
import ATProtoHTTP
import ATProtoSyntax
import ComAtprotoAPI
import LexiconResolution
import XRPC
import XRPCServer

/// `com.atproto.lexicon`: published lexicons, for everyone.
struct LexiconHandler: ComAtproto.Lexicon.Handler {
  /// Lookups wait for each other; a caller does not wait longer than this.
  private static let timeout = Duration.seconds(30)
  /// Slow servers can occupy them all.
  private static let maximumFetches = 32

  private let lexicons: CachingLexiconResolver

  init(_ network: AppViewNetwork) {
    var settings = LexiconNetworkSettings(
      allowsLoopback: network.allowsPrivateAddresses,
      cachesDocuments: true
    )
    settings.limits.concurrentFetches = Self.maximumFetches
    lexicons = CachingLexiconResolver(
      LexiconResolver(
        txt: network.txt,
        directory: network.directory,
        transport: network.guarded,
        settings: settings
      )
    )
  }

  /// Throws `LexiconNotFound`, or 502 or 504 if the next call may succeed.
  func resolveLexicon(
    _ request: XRPCRequest<ComAtproto.Lexicon.ResolveLexicon>
  ) async throws -> ComAtproto.Lexicon.ResolveLexicon.Output {
    let nsid = try request.parameters.nsid.parsed()
    let outcome = await withTimeout(Self.timeout) { [lexicons] in
      await Result { () async throws(LexiconError) in try await lexicons.resolve(nsid) }
    }
    guard let outcome else {
      throw XRPCServerError.upstreamTimeout("cannot resolve \(nsid): its servers take too long")
    }
    let found: ResolvedLexicon
    do throws(LexiconError) {
      found = try outcome.get()
    } catch {
      let message = "\(error.code.rawValue): \(error.reason)"
      guard error.isTemporary else {
        throw ComAtproto.Lexicon.ResolveLexicon.Failure.lexiconNotFound(message: message)
      }
      throw XRPCServerError.upstreamFailure(message)
    }
    return ComAtproto.Lexicon.ResolveLexicon.Output(
      cid: FormatString(found.cid.string),
      schema: try ComAtproto.Lexicon.Schema(cbor: found.bytes),
      uri: FormatString(found.uri)
    )
  }
}
