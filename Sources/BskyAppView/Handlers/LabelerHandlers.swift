import ATProtoSyntax
import AppBskyAPI
import AppView

/// `app.bsky.labeler.getServices`
struct LabelerServicesHandler: AppBsky.Labeler.GetServices.IndexHandler {
  static let requiredCollections = [Collections.labeler]
  let pictures: PictureURLs

  func respond(
    to request: IndexRequest<AppBsky.Labeler.GetServices>
  ) async throws -> AppBsky.Labeler.GetServices.Output {
    let parameters = request.parameters
    let addresses = parameters.dids.compactMap { try? $0.parsed() }
      .map { RecordAddress.labeler(of: $0) }
    let (_, views) = try await Views(request.context, pictures).load { loader in
      try loader.loadLabelers(addresses)
    }
    return AppBsky.Labeler.GetServices.Output(
      views: addresses.compactMap { address in
        parameters.detailed
          ? views.labelerDetailed(address).map { .labelerViewDetailed($0) }
          : views.labeler(address).map { .labelerView($0) }
      }
    )
  }
}
