import ATProtoData
import ATProtoHTTP
public import ATProtoSyntax

extension LexiconResolver {
  /// The most pages of a list to read.
  private static let maximumPages = 1000
  /// The most records of a page, each of which may have 1 MiB.
  private static let pageSize = 100
  private static let maximumPageBytes = 32 << 20

  /// Lists the documents that the authority of a group has published in it, sorted. The list is not
  /// proven; ``resolve(_:)`` proves each document.
  public func names(
    in group: LexiconGroup
  ) async throws(LexiconError) -> (did: DID, names: [NSID]) {
    let did = try await authority(of: group).did
    return (did, try await names(in: group, from: try await repository(of: did)))
  }

  /// Lists the documents of a group in a repository, sorted.
  func names(
    in group: LexiconGroup,
    from repository: LexiconRepository
  ) async throws(LexiconError) -> [NSID] {
    try await describing("cannot list \(group)") { () async throws(LexiconError) in
      var names: Set<NSID> = []
      var cursors: Set<String> = []
      var cursor: String?
      repeat {
        let page = try await page(after: cursor, of: repository)
        names.formUnion(page.names.filter(group.contains))
        cursor = page.cursor
        guard cursors.count < Self.maximumPages else {
          throw LexiconError(.tooMany, "the list has more than \(Self.maximumPages) pages")
        }
        // A server that repeats a cursor would never end.
      } while cursor.map { cursors.insert($0).inserted } ?? false
      return names.sorted { $0.string.utf8.lexicographicallyPrecedes($1.string.utf8) }
    }
  }

  private func page(
    after cursor: String?,
    of repository: LexiconRepository
  ) async throws(LexiconError) -> (names: [NSID], cursor: String?) {
    let response = try await list(
      [
        ("repo", repository.did.string), ("collection", Self.collection.string),
        ("limit", "\(Self.pageSize)"),
      ] + (cursor.map { [("cursor", $0)] } ?? []),
      at: repository.pds,
      maximumBytes: Self.maximumPageBytes
    )
    let limits = DataLimits(inputSize: Self.maximumPageBytes)
    guard let page = try? DataValue(json: response, limits: limits),
      let records = page["records"]?.array
    else {
      throw LexiconError(.repoUnavailable, "the list of records is not valid JSON")
    }
    let names = records.compactMap { record -> NSID? in
      guard let uri = record["uri"]?.string.flatMap({ try? ATURI($0) }),
        uri.collection == Self.collection, let key = uri.recordKey
      else { return nil }
      return try? NSID(key.string)
    }
    // The last page may have a cursor, too.
    return (names, records.isEmpty ? nil : page["cursor"]?.string)
  }
}
