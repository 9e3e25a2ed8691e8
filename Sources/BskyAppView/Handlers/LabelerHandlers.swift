import ATProtoData
import ATProtoLabels
import ATProtoSyntax
import AppBskyAPI
import AppView
import ComAtprotoAPI

/// `app.bsky.labeler.getServices`
struct LabelerServicesHandler: AppBsky.Labeler.GetServices.IndexHandler {
  static let requiredCollections = [Collections.labeler]
  let pictures: PictureURLs

  func respond(
    to request: IndexRequest<AppBsky.Labeler.GetServices>
  ) async throws -> AppBsky.Labeler.GetServices.Output {
    let parameters = request.parameters
    let dids = parameters.dids.compactMap { try? $0.parsed() }
    let (loaded, views) = try await Views(request.context, pictures).load { loader in
      try loader.loadActors(Set(dids))
      let addresses = Array(Set(dids)).map { RecordAddress.labeler(of: $0) }
      let records = try loader.index.records(AppBsky.Labeler.Service.self, at: addresses)
      let counts = try loader.index.backlinkCounts(
        addresses.map { (target: $0.uri, source: .likes) }
      )
      var likes: [RecordAddress: RecordAddress] = [:]
      if let viewer = loader.data.viewer {
        let uris = try loader.index.links(from: viewer, to: addresses.map(\.uri), .likes)
        for address in addresses { likes[address] = uris[address.uri] }
      }
      return LoadedLabelers(
        records: records,
        likeCounts: Dictionary(zip(addresses, counts.map(\.accounts))) { first, _ in first },
        likes: likes
      )
    }
    let labels = try await request.labels.labels(
      on: loaded.records.values.map { $0.subject(createdAt: $0.value.createdAt) }
    )
    return AppBsky.Labeler.GetServices.Output(
      views: dids.compactMap { did in
        let address = RecordAddress.labeler(of: did)
        guard let record = loaded.records[address], let creator = views.profile(did),
          labels[address.uri]?.redactedBy == nil
        else { return nil }
        return view(
          record,
          creator,
          loaded,
          labels[address.uri]?.labels ?? [],
          hasViewer: request.viewer != nil,
          isDetailed: parameters.detailed
        )
      }
    )
  }

  private func view(
    _ record: IndexRecord<AppBsky.Labeler.Service>,
    _ creator: AppBsky.Actor.Defs.ProfileView,
    _ loaded: LoadedLabelers,
    _ labels: [ComAtproto.Label.Defs.Label],
    hasViewer: Bool,
    isDetailed: Bool
  ) -> AppBsky.Labeler.GetServices.Output.ViewsItem {
    let viewer =
      hasViewer
      ? AppBsky.Labeler.Defs.LabelerViewerState(
        like: loaded.likes[record.address].map { FormatString($0.uri) }
      ) : nil
    guard isDetailed else {
      return .labelerView(
        AppBsky.Labeler.Defs.LabelerView(
          uri: FormatString(record.uri),
          cid: FormatString(record.cid.string),
          creator: creator,
          likeCount: loaded.likeCounts[record.address] ?? 0,
          viewer: viewer,
          indexedAt: FormatString(microseconds: record.indexedAt),
          labels: labels
        )
      )
    }
    return .labelerViewDetailed(
      AppBsky.Labeler.Defs.LabelerViewDetailed(
        uri: FormatString(record.uri),
        cid: FormatString(record.cid.string),
        creator: creator,
        policies: record.value.policies,
        likeCount: loaded.likeCounts[record.address] ?? 0,
        viewer: viewer,
        indexedAt: FormatString(microseconds: record.indexedAt),
        labels: labels,
        reasonTypes: record.value.reasonTypes,
        subjectTypes: record.value.subjectTypes,
        subjectCollections: record.value.subjectCollections
      )
    )
  }
}

/// Labelers, and what the viewer has to do with them.
private struct LoadedLabelers: Sendable {
  var records: [RecordAddress: IndexRecord<AppBsky.Labeler.Service>]
  var likeCounts: [RecordAddress: Int]
  var likes: [RecordAddress: RecordAddress]
}
