{% autoescape off %}(function () {
  var script = document.currentScript;
  if (!script) return;
  var frame = document.createElement("iframe");
  var language = script.getAttribute("data-lang") || (document.documentElement.lang || "").slice(0, 2);
  frame.src = "{{ address|escapejs }}?embed=1&lang=" + encodeURIComponent(language) +
    "&page=" + encodeURIComponent(location.href.slice(0, 2000)) +
    "&ref=" + encodeURIComponent(document.referrer.slice(0, 1000));
  frame.title = script.getAttribute("data-title") || "{{ title|escapejs }}";
  frame.style.width = "100%";
  frame.style.height = "640px";
  frame.style.border = "0";
  script.parentNode.insertBefore(frame, script.nextSibling);
  window.addEventListener("message", function (event) {
    if (event.source !== frame.contentWindow || event.origin !== "{{ origin|escapejs }}" || !event.data) return;
    var height = Number(event.data.silaHeight);
    if (height > 0 && height < 20000) frame.style.height = Math.ceil(height) + "px";
    if (/^https?:\/\//.test(event.data.silaGo || "")) location.href = event.data.silaGo;
  });
})();
{% endautoescape %}
