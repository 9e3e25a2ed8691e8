@testable import PDS

extension PDSCore {
  /// The blob files of a server that tests look into.
  var blobFolder: FileBlobstore { blobstore as! FileBlobstore }
}
