// Package bundle makes, keeps and unpacks bundles: the immutable archives of a project's
// files that benchmark code includes.
//
// [Pack] makes a bundle, [Unpack] checks and unpacks one. [Folder] keeps bundles in a
// folder, and so implements [domain.Bundles]. [Cache] unpacks the bundles that this host
// needs, and so implements [domain.SourceTrees].
//
// # Format
//
// A bundle is a tar archive, compressed by gzip. It holds files and symbolic links in the
// order of their names, and nothing else; folders are made as the names need them. All
// times, owners and modes are fixed, except that a file is executable or not. The
// digest is the SHA-256 of the compressed bytes. So the same files have the same digest
// wherever and whenever they are packed by the same release of benchbus. Another release
// may compress in another way, and then the files have another digest.
//
// A link is relative, leads to a place within the project, and has .. only at its
// beginning. So each step of it can be checked without the others, and no chain of
// links leads out.
package bundle
