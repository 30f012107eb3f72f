# make_r.R: writes what R's serialize() makes of a value of each kind, one file each, into the folder it is run in:
#     Rscript make_r.R
# Made with R 4.2; the tests (tests/unit/codec/test_robject.c) say what each must read as.
put <- function(name, value, ...) writeBin(serialize(value, NULL, ...), paste0(name, ".bin"))

put("null", NULL)
put("logical", c(TRUE, FALSE, NA))
put("integer", c(1L, NA, -5L))
put("double", c(1, 2.5, NA, NaN, Inf, -Inf, 1e100))
put("complex", c(1+2i, NA))
put("character", c("a", NA, "caf\u00e9", "", "x\ty"))
latin <- "caf\xe9"
Encoding(latin) <- "latin1"
bytes <- "caf\xe9"
Encoding(bytes) <- "bytes"
put("encodings", c(latin, bytes, "\u2603"))
put("raw", as.raw(c(0, 255, 10)))
put("named", c(a = 1, b = 2))
put("list", list(1L, x = "y", z = list(NULL, TRUE)))
put("matrix", matrix(1:6 + 0, nrow = 2, dimnames = list(c("a", "b"), NULL)))
put("factor", factor(c("lo", "hi", NA, "lo"), levels = c("lo", "hi")))
frame <- data.frame(x = c(1.5, 2, NA), y = c("a", "b", "c"), f = factor(c("u", "v", "u")), stringsAsFactors = FALSE)
put("frame", frame)
put("frame_v2", frame, version = 2)
put("frame_binary", frame, xdr = FALSE)
put("frame_labels", data.frame(n = 1:2, d = as.Date(c("2024-02-29", NA)), row.names = c("one", "two")))
put("time", as.POSIXct(c(0, 1709210096.5), origin = "1970-01-01", tz = "UTC"))
put("sequence", 1:10)
put("sequence_down", 5:3)
put("sequence_real", 1:3 + 0)
deferred <- as.character(1:3)
put("deferred", deferred)
put("deferred_real", as.character(c(0.1, 1e15, 100000)))
put("wrapped", sort(c(3, 1, 2)))
put("pairlist", pairlist(a = 1, 2L))
put("language", quote(f(x, y = 2)))
put("symbol", as.name("abc"))
put("expression", expression(a + 1, b))
closure <- function(x, n = 3) x + n
environment(closure) <- globalenv()
put("closure", closure)
for (i in 1:5) closure(i)
put("bytecode", compiler::cmpfun(function(x) {
	s <- 0
	for (i in seq_len(x)) {
		if (i %% 2 == 0) s <- s + i else s <- s - i
	}
	s
}))
put("builtin", sum)
put("special", `if`)
e <- new.env(parent = emptyenv())
assign("self", e, envir = e)
attr(e, "me") <- list(e)
class(e) <- "Thing"
put("environment", list(e, e))
put("namespace", list(asNamespace("stats"), baseenv(), globalenv(), emptyenv()))
setClass("Point", representation(x = "numeric", name = "character"))
put("s4", new("Point", x = c(1, 2), name = "p"))
put("model", lm(dist ~ speed, data = data.frame(speed = c(4, 7, 8, 9), dist = c(2, 4, 16, 10))))
put("formula", y ~ x + z)
put("big_names", as.list(setNames(1:3, c("a b", "c", ""))))
