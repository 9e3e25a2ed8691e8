import ATProtoHTTP
import ServiceKit

extension JetstreamFeed {
  /// Creates the feed of a relay.
  ///
  /// Throws ``ServiceError`` if the dictionary cannot be used.
  convenience init(
    _ pipeline: RelayPipeline,
    _ storage: RelayStorage,
    _ configuration: RelayConfiguration,
    _ metrics: RelayMetrics,
    _ recovery: Recovery
  ) throws(ServiceError) {
    let compressor: ZstdCompressor
    let own: ZstdCompressor
    do throws(ZstdError) {
      own = try ZstdCompressor(dictionary: ZstdDictionary.own())
      compressor = try ZstdCompressor(dictionary: try configuration.readJetstreamDictionary())
    } catch {
      throw ServiceError(.configuration, "RELAY_JETSTREAM_DICTIONARY: \(error)")
    }
    let (seconds, _) = configuration.replayWindow.components
    self.init(
      log: storage.log,
      takedowns: recovery.takedowns,
      accounts: { [table = pipeline.table] did in try await table.row(of: did)?.id },
      configuration: JetstreamConfiguration(
        lookback: UInt64(clamping: seconds) * 1_000_000,
        compressor: compressor,
        compressors: [own]
      ),
      metrics: metrics.jetstream
    )
  }
}

extension RelayConfiguration {
  fileprivate func readJetstreamDictionary() throws(ZstdError) -> ZstdDictionary? {
    guard let path = jetstreamDictionary else { return nil }
    do {
      // One byte more, so that a file that is too large is noticed.
      return try ZstdDictionary(try File(reading: path).read(ZstdDictionary.maximumSize + 1))
    } catch let error as ZstdError {
      throw error
    } catch {
      throw ZstdError("\(error)")
    }
  }
}

extension ZstdDictionary {
  /// The dictionary of this relay, made from synthetic events: it contains no record of any account.
  static func own() throws(ZstdError) -> ZstdDictionary {
    try ZstdDictionary(PackageResources.jetstream_zstd)
  }
}
