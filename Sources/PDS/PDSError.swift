public import ServiceKit

/// The former name of ``ServiceError``.
public typealias PDSError = ServiceError
