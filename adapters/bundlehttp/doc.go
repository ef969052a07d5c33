// Package bundlehttp carries bundles over HTTP: [Handler] serves a place of bundles, and
// [Client] is one that such a server keeps.
//
// There are three requests, all for /bundles/DIGEST, such as
// /bundles/sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08:
//
//	HEAD  200 if the bundle is there, 404 if not
//	GET   200 with its bytes, 404
//	PUT   201 once it is stored, 200 if it was there already; 413 too large,
//	      422 not what its digest says
//
// Each has the server's token, if it has one, as Authorization: Bearer TOKEN; 401 if it is
// another. There is no list of bundles: whoever wants one must know its digest. Any
// client will do:
//
//	curl -H "Authorization: Bearer $TOKEN" -T bundle.tar.gz http://host:8080/bundles/sha256:9f86…
//
// Neither side believes the other one. The server checks the digest of what it stores. The
// client checks that of what it sends; whoever unpacks a bundle checks it again.
package bundlehttp
