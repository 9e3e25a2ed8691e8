/// Words for the collections that people know by another name than their NSID.
enum RecordNames {
  private static let plurals: [String: String] = [
    "app.bsky.actor.profile": "profile",
    "app.bsky.actor.status": "status",
    "app.bsky.feed.generator": "custom feeds",
    "app.bsky.feed.like": "likes",
    "app.bsky.feed.post": "posts",
    "app.bsky.feed.postgate": "quote settings",
    "app.bsky.feed.repost": "reposts",
    "app.bsky.feed.threadgate": "reply settings",
    "app.bsky.graph.block": "blocks",
    "app.bsky.graph.follow": "follows",
    "app.bsky.graph.list": "lists",
    "app.bsky.graph.listblock": "blocks of lists",
    "app.bsky.graph.listitem": "list members",
    "app.bsky.graph.starterpack": "starter packs",
    "app.bsky.graph.verification": "verifications",
    "app.bsky.labeler.service": "labeler",
    "app.bsky.notification.declaration": "notification settings",
    "chat.bsky.actor.declaration": "direct message settings",
    "com.atproto.lexicon.schema": "lexicons",
    "xyz.statusphere.status": "statuses",
  ]

  private static let services: [String: String] = [
    "did:web:api.bsky.app#bsky_appview": "Bluesky",
    "did:web:api.bsky.app#bsky_notif": "Bluesky notifications",
    "did:web:api.bsky.chat#bsky_chat": "Bluesky direct messages",
  ]

  /// `posts` for `app.bsky.feed.post`; nil if there is no common word.
  static func plural(of collection: String) -> String? { plurals[collection] }

  /// The name of a service; nil if there is no common one.
  static func service(_ audience: String) -> String? { services[audience] }
}
