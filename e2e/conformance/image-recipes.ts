import { join } from "node:path";
import type { ImageRecipe } from "../../src/release/image-recipes.ts";
import type { LayerEntry } from "../../src/release/layer-entry.ts";

/** What the images of Kubernetes' own suite are made of. */
export interface ConformanceParts {
  /** From the bottom up: a shell, the C library, and the programs of `toolPackages`. */
  system: LayerEntry[][];
  /** The file of a program that was compiled for the suite, and of the payload's etcd. */
  program(name: string): string;
  etcd: string;
  /** The folder of upstream's sources of these images, `test/images`. */
  sources: string;
}

/** The Debian packages whose programs specs call in their images, with the libraries of these. */
export const toolPackages = [
  // busybox, which all images have beside, loses variables with a hyphen in its shell, and has fewer flags.
  ...["bash", "coreutils", "libacl1", "libattr1", "libselinux1", "libpcre2-8-0", "libgmp10", "libtinfo6", "libc-bin"],
  ...["netcat-openbsd", "libbsd0", "libmd0"],
  ...["iproute2", "libbpf1", "libcap2", "libdb5.3", "libelf1", "libmnl0", "libtirpc3", "libxtables12"],
  ...["curl", "libcurl4", "libbrotli1", "libcom-err2", "libffi8", "libgnutls30", "libgssapi-krb5-2", "libhogweed6"],
  ...["libidn2-0", "libk5crypto3", "libkeyutils1", "libkrb5-3", "libkrb5support0", "libldap-2.5-0", "libnettle8"],
  ...["libnghttp2-14", "libp11-kit0", "libpsl5", "librtmp1", "libsasl2-2", "libssh2-1", "libssl3", "libtasn1-6"],
  ...["libunistring2", "libzstd1", "zlib1g"],
  ...["bind9-dnsutils", "bind9-libs", "libedit2", "libfstrm0", "libicu72", "libjemalloc2", "libjson-c5", "liblmdb0"],
  ...["liblzma5", "libmaxminddb0", "libprotobuf-c1", "libreadline8", "libuv1", "libxml2"],
] as const;

/** Stands in for each image that specs of [Conformance] use, by the name upstream gives it. */
export function conformanceImages({ system, program, etcd, sources }: ConformanceParts): ImageRecipe[] {
  const agnhost: LayerEntry[] = [
    file("agnhost", program("agnhost")),
    { path: "agnhost-2", type: "link", to: "agnhost" },
    { path: "uploads", type: "folder", mode: 0o755 },
    ...["localhost.crt", "localhost.key"].map((name) => file(name, join(sources, "agnhost/porter", name), 0o644)),
    // A spec asks for the groups that this user has in the image.
    text("etc/passwd", `${users}user-defined-in-image:x:1000:1000::/home:/bin/sh\n`),
    text("etc/group", `${groups}group-defined-in-image:x:50000:user-defined-in-image\n`),
  ];
  const nautilus = ["data.json", "nautilus.jpg"].map((name) => file(name, join(sources, "nautilus/html", name), 0o644));
  const image = (name: string, own: LayerEntry[], entrypoint: string[], command: string[] = []): ImageRecipe => ({
    name,
    layers: [...system, own],
    entrypoint,
    command,
  });
  return [
    image("agnhost", agnhost, ["/agnhost"], ["pause"]),
    image("nautilus", [...agnhost, ...nautilus], ["/agnhost"], ["test-webserver"]),
    image("pause", agnhost, ["/agnhost", "pause"]),
    image("busybox", [text("usr/bin/sh", busyboxShell, 0o755)], [], ["sh"]),
    image("jessie-dnsutils", [], [], ["sh"]),
    image("etcd", [file("usr/local/bin/etcd", etcd)], ["/usr/local/bin/etcd"]),
    image("sample-apiserver", [file("sample-apiserver", program("sample-apiserver"))], ["/sample-apiserver"]),
    // Set to run as its owner: the spec looks whether that gives it more rights.
    image("nonewprivs", [file("usr/local/bin/nnp", program("nnp"), 0o4755)], [], ["nnp"]),
    // Specs only want a web server with a page where theirs has it.
    image("httpd", [text("usr/local/apache2/htdocs/index.html", page)], webServer("/usr/local/apache2/htdocs")),
    image("nginx", [text("usr/share/nginx/html/index.html", page)], webServer("/usr/share/nginx/html")),
  ];
}

const users = "root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/tmp:/bin/sh\n";
const groups = "root:x:0:\nnobody:x:65534:\n";
const page = "<html><body><h1>It works!</h1></body></html>\n";

// A spec wants the words of busybox's shell, others want variables with a hyphen, which Debian's loses and upstream's
// does not.
const busyboxShell = `#!/usr/bin/bash
if env | grep -q '^[^=]*[^=A-Za-z0-9_][^=]*='; then exec bash "$@"; fi
exec -a /bin/sh /usr/bin/busybox "$@"
`;

const webServer = (folder: string) => ["/usr/bin/busybox", "httpd", "-f", "-p", "80", "-h", folder];

function file(path: string, from: string, mode = 0o755): LayerEntry {
  return { path, type: "file", mode, from };
}

function text(path: string, content: string, mode = 0o644): LayerEntry {
  return { path, type: "text", mode, text: content };
}
