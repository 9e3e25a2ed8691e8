import ATProtoAuth
import ATProtoData
import ATProtoSyntax
import AppBskyAPI
import ServiceKit
import XRPC
import XRPCServer

/// The permissions that OAuth sessions need for calls that are proxied (Permission specification,
/// "rpc"): the method, and the service with its fragment.
enum ProxyNeeds {
  /// Bytes of an input that is read to find the service which it is for.
  static let maximumInputBytes = 64 << 10

  static func needs(of nsid: String, at service: ServiceReference) throws -> [PermissionNeed] {
    // A service that compares names carelessly must not take a disguised one for the real one.
    let method = try NSID(nsid).normalized.string
    var needs = [PermissionNeed.rpc(method: method, audience: service.description)]
    if method == AppBsky.Feed.GetFeed.nsid {
      // The app view calls the feed generator on behalf of the account.
      needs.append(
        .rpc(method: AppBsky.Feed.GetFeedSkeleton.nsid, audience: service.description)
      )
    }
    return needs
  }

  /// Whether the input of a method names the service that the call is for.
  static func namesService(_ nsid: String) -> Bool {
    nsid == AppBsky.Notification.RegisterPush.nsid
      || nsid == AppBsky.Notification.UnregisterPush.nsid
  }

  /// The needs of a method whose input names its service: permission for the notification service
  /// that the input names, and, if the call goes to another service, for that one, too.
  static func needs(
    of nsid: String,
    at service: ServiceReference,
    input: [UInt8]
  ) throws -> [PermissionNeed] {
    let named = (try? DataValue(json: input))?["serviceDid"]?.string
    guard let named, let did = try? DID(named) else {
      throw XRPCServerError.invalidRequest("the input does not have a DID as serviceDid")
    }
    let notifications = ServiceReference(did: did, fragment: "bsky_notif")
    var needs = [PermissionNeed.rpc(method: nsid, audience: notifications.description)]
    if service.did != did { needs += try Self.needs(of: nsid, at: service) }
    return needs
  }
}
