@testable import PDS

/// What is behind the server's methods.
extension TestServer {
  var domain: PDSDomain { server.services.domain }
  var store: any PDSStore { server.services.storage.store }
  var blobstore: FileBlobstore { server.services.storage.blobstore }
}
