import ATProtoData
import ATProtoSyntax
import AppBskyAPI
import AppView

extension ViewBuilder {
  /// The view of a list in lists and gates; nil if it is not shown.
  func listBasic(_ address: RecordAddress) -> AppBsky.Graph.Defs.ListViewBasic? {
    guard let record = data.embedded.lists[address], !data.isRemoved(address),
      let account = visibleAccount(address.did)
    else { return nil }
    return AppBsky.Graph.Defs.ListViewBasic(
      uri: FormatString(address.uri),
      cid: FormatString(record.cid.string),
      name: record.value.name,
      purpose: record.value.purpose,
      avatar: picture(record.value.avatar, account, .avatar),
      listItemCount: data.embedded.itemCounts[address] ?? 0,
      labels: labels(address.uri),
      indexedAt: FormatString(microseconds: record.indexedAt)
    )
  }

  /// The view of a list; nil if it is not shown.
  func list(_ address: RecordAddress) -> AppBsky.Graph.Defs.ListView? {
    guard let record = data.embedded.lists[address], !data.isRemoved(address),
      let account = visibleAccount(address.did), let creator = profile(address.did)
    else { return nil }
    return AppBsky.Graph.Defs.ListView(
      uri: FormatString(address.uri),
      cid: FormatString(record.cid.string),
      creator: creator,
      name: record.value.name,
      purpose: record.value.purpose,
      description: record.value.description,
      descriptionFacets: record.value.descriptionFacets,
      avatar: picture(record.value.avatar, account, .avatar),
      listItemCount: data.embedded.itemCounts[address] ?? 0,
      labels: labels(address.uri),
      indexedAt: FormatString(microseconds: record.indexedAt)
    )
  }

  /// The view of a starter pack; nil if it is not shown.
  func starterPackBasic(_ address: RecordAddress) -> AppBsky.Graph.Defs.StarterPackViewBasic? {
    guard let record = data.embedded.starterPacks[address], !data.isRemoved(address),
      let creator = profileBasic(address.did), let value = try? record.stored.verbatim()
    else { return nil }
    let list = RecordAddress(record.value.list.string)
    return AppBsky.Graph.Defs.StarterPackViewBasic(
      uri: FormatString(address.uri),
      cid: FormatString(record.cid.string),
      record: value,
      creator: creator,
      listItemCount: list.flatMap { data.embedded.itemCounts[$0] },
      joinedAllTimeCount: data.embedded.joinCounts[address] ?? 0,
      labels: labels(address.uri),
      indexedAt: FormatString(microseconds: record.indexedAt)
    )
  }
}

// MARK: Labelers

extension ViewBuilder {
  /// The view of a labeler; nil if it is not shown.
  func labeler(_ address: RecordAddress) -> AppBsky.Labeler.Defs.LabelerView? {
    guard let record = data.embedded.labelers[address], !data.isRemoved(address),
      let creator = profile(address.did)
    else { return nil }
    return AppBsky.Labeler.Defs.LabelerView(
      uri: FormatString(address.uri),
      cid: FormatString(record.cid.string),
      creator: creator,
      likeCount: data.embedded.likeCounts[address] ?? 0,
      viewer: labelerViewerState(address),
      indexedAt: FormatString(microseconds: record.indexedAt),
      labels: labels(address.uri)
    )
  }

  /// The view of a labeler with its policies; nil if it is not shown.
  func labelerDetailed(_ address: RecordAddress) -> AppBsky.Labeler.Defs.LabelerViewDetailed? {
    guard let record = data.embedded.labelers[address], !data.isRemoved(address),
      let creator = profile(address.did)
    else { return nil }
    return AppBsky.Labeler.Defs.LabelerViewDetailed(
      uri: FormatString(address.uri),
      cid: FormatString(record.cid.string),
      creator: creator,
      policies: record.value.policies,
      likeCount: data.embedded.likeCounts[address] ?? 0,
      viewer: labelerViewerState(address),
      indexedAt: FormatString(microseconds: record.indexedAt),
      labels: labels(address.uri),
      reasonTypes: record.value.reasonTypes,
      subjectTypes: record.value.subjectTypes,
      subjectCollections: record.value.subjectCollections
    )
  }

  private func labelerViewerState(
    _ address: RecordAddress
  ) -> AppBsky.Labeler.Defs.LabelerViewerState? {
    data.viewer.map { _ in
      AppBsky.Labeler.Defs.LabelerViewerState(
        like: data.likes[address.uri].map { FormatString($0.uri) }
      )
    }
  }
}
