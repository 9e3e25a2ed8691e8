import ATProtoAuth
import ATProtoData
import ATProtoHTTP
import ATProtoSyntax
import ComAtprotoAPI
import ServiceKit
import Synchronization
import XRPC
import XRPCClient

/// Finds the services behind custom feeds, for which calls of `getFeed` carry a token: the app view
/// hands the token on to the feed generator, which knows by it whose feed it makes.
///
/// As in the reference implementation, the app view is asked for the record of the feed.
final class FeedGenerators: Sendable {
  /// Seconds for which an answer is kept, whether or not there is a generator.
  private static let lifetime = 300
  private static let capacity = 10_000
  /// No AT-URI of a record that is in use is longer.
  private static let maximumLength = 1_024

  private let appView: XRPCClient?
  private let known = Mutex<[String: (did: DID?, expiresAt: Int)]>([:])

  /// - Parameter appView: nil to know no generators.
  init(_ appView: ServiceLocation?, _ transport: any HTTPTransport) {
    self.appView = appView.map { location in
      XRPCClient(
        service: ServiceEndpoint(location.url),
        transport: transport,
        options: TransportOptions(timeout: .seconds(10), maximumResponseBytes: 256 << 10)
      )
    }
  }

  /// The DID of the generator of the feed that a call of `getFeed` names. Returns nil if it cannot be
  /// found: the app view then answers what is wrong.
  func generator(ofQuery query: String, at now: Int = currentSeconds()) async -> DID? {
    guard let appView, let feed = try? FormParameters(query: query)["feed"],
      feed.utf8.count <= Self.maximumLength, let uri = try? ATURI(feed),
      let collection = uri.collection, let recordKey = uri.recordKey
    else { return nil }
    if let known = known.withLock({ $0[feed] }), known.expiresAt > now { return known.did }
    let record = try? await appView.comAtproto.repo.getRecord(
      ComAtproto.Repo.GetRecord.Parameters(
        repo: FormatString(uri.authority.string),
        collection: FormatString(collection.string),
        rkey: FormatString(recordKey.string)
      )
    )
    let did = record?.value["did"]?.string.flatMap { try? DID($0) }
    known.withLock { known in
      if known.count >= Self.capacity { known = known.filter { $0.value.expiresAt > now } }
      if known.count >= Self.capacity { known = [:] }
      known[feed] = (did, now + Self.lifetime)
    }
    return did
  }
}
