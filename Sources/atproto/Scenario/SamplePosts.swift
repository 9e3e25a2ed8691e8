import ATProtoSyntax
import AppBskyAPI
import ComAtprotoAPI

/// The posts that the scenario writes.
enum SamplePosts {
  static func plain() -> AppBsky.Feed.Post {
    AppBsky.Feed.Post(
      text: "Hello from a client and a server generated from the same lexicons 🌱",
      langs: ["en"],
      createdAt: FormatString(Datetime.now)
    )
  }

  /// With a link, a hashtag and a mention of the author.
  static func annotated(by author: FormatString<DID>, handle: String) -> AppBsky.Feed.Post {
    var text = ""
    var facets: [AppBsky.Richtext.Facet] = []
    func append(_ part: String, _ feature: AppBsky.Richtext.Facet.FeaturesItem? = nil) {
      // Facets count UTF-8 bytes.
      let start = text.utf8.count
      text += part
      guard let feature else { return }
      let index = AppBsky.Richtext.Facet.ByteSlice(byteStart: start, byteEnd: text.utf8.count)
      facets.append(AppBsky.Richtext.Facet(index: index, features: [feature]))
    }
    append("Für ")
    append("@\(handle)", .mention(AppBsky.Richtext.Facet.Mention(did: author)))
    append(": see ")
    append("atproto.com", .link(AppBsky.Richtext.Facet.Link(uri: "https://atproto.com")))
    append(" ")
    append("#swift", .tag(AppBsky.Richtext.Facet.Tag(tag: "swift")))
    return AppBsky.Feed.Post(
      text: text,
      facets: facets,
      langs: ["de", "en"],
      createdAt: FormatString(Datetime.now)
    )
  }

  static func reply(to parent: ComAtproto.Repo.StrongRef) -> AppBsky.Feed.Post {
    AppBsky.Feed.Post(
      text: "A reply that refers to the post by URI and CID.",
      reply: AppBsky.Feed.Post.ReplyRef(root: parent, parent: parent),
      tags: ["lexicon"],
      createdAt: FormatString(Datetime.now)
    )
  }
}
