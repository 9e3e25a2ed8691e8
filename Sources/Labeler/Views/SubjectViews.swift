import ATProtoData
package import ATProtoIdentity
import ATProtoSyntax
import AppBskyAPI
import ComAtprotoAPI
import HTTPTypes
import ToolsOzoneAPI
import XRPCServer

/// What the service knows about subjects, in the form of `tools.ozone.moderation`.
package struct SubjectViews: Sendable {
  typealias Defs = ToolsOzone.Moderation.Defs

  let desk: ModerationDesk
  let records: SubjectRecords
  let directory: any IdentityDirectory

  package init(
    desk: ModerationDesk,
    records: SubjectRecords,
    directory: any IdentityDirectory
  ) {
    self.desk = desk
    self.records = records
    self.directory = directory
  }

  /// An event with its subject as it is now.
  func detail(of event: ModerationEvent) async throws -> Defs.ModEventViewDetail {
    let record = try await recordIfKnown(event.subject)
    return Defs.ModEventViewDetail(
      id: event.id,
      event: try Defs.ModEventViewDetail.Event(cbor: event.body),
      subject: try await subject(event.subject, record),
      subjectBlobs: event.subject.blobs.map { Defs.BlobView(cid: $0, in: record) },
      createdBy: FormatString(event.createdBy),
      createdAt: FormatString(at: event.createdAt),
      modTool: event.modTool.map { Defs.ModTool($0) }
    )
  }

  /// Throws `RecordNotFound` if neither the record nor a status is known.
  func record(_ subject: Subject) async throws -> Defs.RecordViewDetail {
    guard let uri = subject.record else { throw XRPCServerError.recordNotFound }
    let record = try await recordIfKnown(subject)
    let status = try await desk.status(of: subject)
    guard let cid = record?.cid ?? status?.subject.cid else { throw XRPCServerError.recordNotFound }
    return Defs.RecordViewDetail(
      uri: FormatString(uri),
      cid: FormatString(cid),
      value: record?.value ?? .object([:]),
      blobs: (record?.value.blobs ?? []).prefix(100).map { Defs.BlobView($0, record) },
      labels: try await desk.labels.labels(on: uri.string),
      indexedAt: FormatString(at: record?.fetchedAt ?? status?.createdAt ?? desk.now()),
      moderation: Defs.ModerationDetail(subjectStatus: try await view(status)),
      repo: try await repoView(subject.did)
    )
  }

  /// Throws `RepoNotFound` if neither the identity nor a status of the account is known.
  func repo(_ did: DID) async throws -> Defs.RepoViewDetail {
    let status = try await desk.status(of: Subject(did))
    let handle = await confirmedHandle(of: did)
    guard status != nil || handle != nil else { throw XRPCServerError.repoNotFound }
    return Defs.RepoViewDetail(
      did: FormatString(did),
      handle: FormatString(handle ?? Self.invalidHandle),
      relatedRecords: try await profile(of: did).map { [$0.value] } ?? [],
      indexedAt: FormatString(at: status?.createdAt ?? desk.now()),
      moderation: Defs.ModerationDetail(subjectStatus: try await view(status)),
      labels: try await desk.labels.labels(on: did.string)
    )
  }

  private func subject(
    _ subject: Subject,
    _ record: SubjectRecord?
  ) async throws -> Defs.ModEventViewDetail.Subject {
    guard let uri = subject.record else { return .repoView(try await repoView(subject.did)) }
    guard let record else { return .recordViewNotFound(.init(uri: FormatString(uri))) }
    return .recordView(
      Defs.RecordView(
        uri: FormatString(uri),
        cid: FormatString(record.cid),
        value: record.value,
        blobCids: record.value.blobs.prefix(100).map { FormatString($0.ref.string) },
        indexedAt: FormatString(at: record.fetchedAt),
        moderation: Defs.Moderation(
          subjectStatus: try await view(desk.status(of: subject))
        ),
        repo: try await repoView(subject.did)
      )
    )
  }

  private func repoView(_ did: DID) async throws -> Defs.RepoView {
    let status = try await desk.status(of: Subject(did))
    return Defs.RepoView(
      did: FormatString(did),
      handle: FormatString(await confirmedHandle(of: did) ?? Self.invalidHandle),
      relatedRecords: [],
      indexedAt: FormatString(at: status?.createdAt ?? desk.now()),
      moderation: Defs.Moderation(subjectStatus: try await view(status))
    )
  }

  private func view(_ status: SubjectStatus?) async throws -> Defs.SubjectStatusView? {
    guard let status else { return nil }
    return Defs.SubjectStatusView(status, tally: try await desk.tally(of: status.subject.did))
  }

  private func recordIfKnown(_ subject: Subject) async throws -> SubjectRecord? {
    guard let uri = subject.record else { return nil }
    return try await records.record(uri, cid: subject.cid)
  }

  private func profile(of did: DID) async throws -> SubjectRecord? {
    guard let collection = try? NSID(AppBsky.Actor.Profile.nsid) else { return nil }
    return try await records.record(ATURI(.did(did), collection, "self"), cid: nil)
  }

  /// Nil if the identity cannot be looked up.
  private func confirmedHandle(of did: DID) async -> String? {
    try? await directory.identity(of: did).handle.string
  }

  /// What the specification shows for a handle that cannot be confirmed.
  private static let invalidHandle = "handle.invalid"
}

extension ToolsOzone.Moderation.Defs.BlobView {
  init(_ blob: Blob, _ record: SubjectRecord?) {
    self.init(
      cid: FormatString(blob.ref.string),
      mimeType: blob.mimeType,
      size: blob.size ?? 0,
      createdAt: FormatString(at: record?.fetchedAt ?? 0)
    )
  }

  /// - Parameter record: tells the type and size of the file if it refers to it.
  fileprivate init(cid: String, in record: SubjectRecord?) {
    if let blob = record?.value.blobs.first(where: { $0.ref.string == cid }) {
      self.init(blob, record)
    } else {
      self.init(
        cid: FormatString(cid),
        mimeType: "application/octet-stream",
        size: 0,
        createdAt: FormatString(at: record?.fetchedAt ?? 0)
      )
    }
  }
}

extension XRPCServerError {
  fileprivate static let recordNotFound = XRPCServerError(
    status: .badRequest,
    name: "RecordNotFound",
    message: "neither the record nor a status of it is known"
  )

  fileprivate static let repoNotFound = XRPCServerError(
    status: .badRequest,
    name: "RepoNotFound",
    message: "neither the account nor a status of it is known"
  )
}
