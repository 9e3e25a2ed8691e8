import ATProtoData
import ATProtoLabels
import ATProtoSyntax
import AppBskyAPI
import AppView

extension ViewBuilder {
  /// The view of a feed generator; nil if it is not shown.
  func generator(_ address: RecordAddress) -> AppBsky.Feed.Defs.GeneratorView? {
    guard let record = data.generators[address], !data.isRemoved(address),
      let account = visibleAccount(address.did), let creator = profile(address.did)
    else { return nil }
    let value = record.value
    return AppBsky.Feed.Defs.GeneratorView(
      uri: FormatString(address.uri),
      cid: FormatString(record.cid.string),
      did: value.did,
      creator: creator,
      displayName: value.displayName,
      description: value.description,
      descriptionFacets: value.descriptionFacets,
      avatar: picture(value.avatar, account, .avatar),
      likeCount: data.embedded.likeCounts[address] ?? 0,
      acceptsInteractions: value.acceptsInteractions,
      labels: labels(address.uri),
      viewer: data.viewer.map { _ in
        AppBsky.Feed.Defs.GeneratorViewerState(
          like: data.likes[address.uri].map { FormatString($0.uri) }
        )
      },
      contentMode: value.contentMode.map { .init($0.rawValue) },
      indexedAt: FormatString(microseconds: record.indexedAt)
    )
  }
}
