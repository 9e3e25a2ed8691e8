@testable import PDS

/// The parts of the server behind its methods.
extension TestServer {
  var domain: PDSDomain { server.services.domain }
  var store: any PDSStore { server.services.storage.store }
  /// The blob files of the server.
  var blobstore: FileBlobstore { server.services.storage.blobs as! FileBlobstore }
}
