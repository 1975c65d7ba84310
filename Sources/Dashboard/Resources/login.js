// A token behind the # of the address is handed in by the form and leaves the address.
const form = document.getElementById("login");
const token = decodeURIComponent(location.hash.slice(1));
// The shortest token; what is shorter names a part of a page.
if (form && token.length >= 16) {
  history.replaceState(null, "", location.pathname + location.search);
  form.elements.token.value = token;
  form.requestSubmit();
}
