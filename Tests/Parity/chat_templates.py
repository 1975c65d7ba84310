"""Compares `reversal tokenize --chat` with transformers' apply_chat_template.

    python Tests/Parity/chat_templates.py --reversal .build/release/reversal

The templates are short ones in the style of the families that instruction-tuned models belong to, and one of odd constructs.
Exits with 1 where anything differs. With --fixtures FILE it writes templates and expected texts for the package's own tests.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

os.environ["HF_HUB_OFFLINE"] = "1"

from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers
from transformers import PreTrainedTokenizerFast

TEMPLATES = {
    "brackets": """{% if messages[0]['role'] == 'system' %}{% set rest = messages[1:] %}{% set system = messages[0]['content'] %}{% else %}{% set rest = messages %}{% set system = false %}{% endif %}{% for message in rest %}{% if (message['role'] == 'user') != (loop.index0 % 2 == 0) %}{{ raise_exception('Roles must alternate user and assistant!') }}{% endif %}{% if loop.index0 == 0 and system != false %}{% set content = '<<SYS>>\\n' + system + '\\n<</SYS>>\\n\\n' + message['content'] %}{% else %}{% set content = message['content'] %}{% endif %}{% if message['role'] == 'user' %}{{ bos_token + '[INST] ' + content.strip() + ' [/INST]' }}{% elif message['role'] == 'assistant' %}{{ ' ' + content | trim + ' ' + eos_token }}{% endif %}{% endfor %}""",
    "headers": """{{- bos_token }}
{%- if not date_string is defined %}
    {%- set date_string = "26 Jul 2024" %}
{%- endif %}
{#- A system message comes first, or none. #}
{%- if messages[0]['role'] == 'system' %}
    {%- set system_message = messages[0]['content']|trim %}
    {%- set messages = messages[1:] %}
{%- else %}
    {%- set system_message = "" %}
{%- endif %}
{{- "<|start_header_id|>system<|end_header_id|>\\n\\n" }}
{%- if tools is not none %}
    {{- "Tools: " + (tools | tojson(indent=4)) }}
{%- endif %}
{{- "Today Date: " + date_string + "\\n\\n" }}
{{- system_message }}
{{- "<|eot_id|>" }}
{%- for message in messages %}
    {%- if not (message.role == 'ipython' or message.role == 'tool' or 'tool_calls' in message) %}
        {{- '<|start_header_id|>' + message['role'] + '<|end_header_id|>\\n\\n'+ message['content'] | trim + '<|eot_id|>' }}
    {%- elif 'tool_calls' in message %}
        {%- if not message.tool_calls|length == 1 %}
            {{- raise_exception("one call at a time") }}
        {%- endif %}
    {%- endif %}
{%- endfor %}
{%- if add_generation_prompt %}
    {{- '<|start_header_id|>assistant<|end_header_id|>\\n\\n' }}
{%- endif %}
""",
    "turns": """{%- if messages[0]["role"] == "system" %}
    {%- set system_message = messages[0]["content"] %}
    {%- set loop_messages = messages[1:] %}
{%- else %}
    {%- set loop_messages = messages %}
{%- endif %}
{%- set user_messages = loop_messages | selectattr("role", "equalto", "user") | list %}
{%- set ns = namespace() %}
{%- set ns.index = 0 %}
{%- for message in loop_messages %}
    {%- if not (message.role == "tool" or (message.tool_calls is defined and message.tool_calls is not none)) %}
        {%- if (message["role"] == "user") != (ns.index % 2 == 0) %}
            {{- raise_exception("roles must alternate") }}
        {%- endif %}
        {%- set ns.index = ns.index + 1 %}
    {%- endif %}
{%- endfor %}
{{- bos_token }}
{%- for message in loop_messages %}
    {%- if message["role"] == "user" %}
        {%- if loop.last and system_message is defined %}
            {{- "[INST] " + system_message + "\\n\\n" + message["content"] + "[/INST]" }}
        {%- else %}
            {{- "[INST] " + message["content"] + "[/INST]" }}
        {%- endif %}
    {%- elif message["role"] == "assistant" %}
        {{- " " + message["content"]|trim + eos_token}}
    {%- else %}
        {{- raise_exception("Only user and assistant roles are supported!") }}
    {%- endif %}
{%- endfor %}
{{- user_messages | length }}
""",
    "chatml": """{%- if tools %}
    {{- '<|im_start|>system\\n' }}
    {%- for tool in tools %}{{- "\\n" }}{{- tool | tojson }}{%- endfor %}
{%- else %}
    {%- if messages[0].role == 'system' %}
        {{- '<|im_start|>system\\n' + messages[0].content + '<|im_end|>\\n' }}
    {%- else %}
        {{- '<|im_start|>system\\nYou are a helpful assistant.<|im_end|>\\n' }}
    {%- endif %}
{%- endif %}
{%- for message in messages %}
    {%- if (message.role == "user") or (message.role == "system" and not loop.first) or (message.role == "assistant" and not message.tool_calls) %}
        {{- '<|im_start|>' + message.role + '\\n' + message.content + '<|im_end|>' + '\\n' }}
    {%- elif message.role == "tool" %}
        {%- if (loop.index0 == 0) or (messages[loop.index0 - 1].role != "tool") %}{{- 'T' }}{%- endif %}
    {%- endif %}
{%- endfor %}
{%- if add_generation_prompt %}
    {{- '<|im_start|>assistant\\n' }}
{%- endif %}
""",
    "plain": """{% for message in messages %}{% if loop.first and messages[0]['role'] != 'system' %}{{ '<|im_start|>system\\nYou are helpful.<|im_end|>\\n' }}{% endif %}{{'<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>' + '\\n'}}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}""",
    "odd": """{# every construct once #}
{%- macro show(label, value='none', times=2) -%}
  {{ label | upper }}={{ value * times }};
{%- endmacro -%}
{{ show('a', 'xy') }}{{ show(label='b', times=1) }}
  {% set a, b = 1, 2.5 %}
    {% if a < b <= 3 and not a == b or none %}
  yes {{- ' ' ~ a ~ '/' ~ b }} {{ a + b * 2 - 7 // 2 + 7 % 3 + 2 ** 3 }} {{ 7 / 2 }} {{ -7 // 2 }} {{ -7 % 3 }}
    {% endif %}
{% for key, value in {'x': 1, 'y': [true, none, 'it\\'s', 1.0, 1e100 if false else 0.1]}.items() %}
{{ loop.index }}/{{ loop.length }} {{ loop.revindex0 }} {{ key }}: {{ value }}{{ ',' if not loop.last }}
{% endfor %}
{% for m in messages if m.role != 'system' %}{% if loop.index > 3 %}{% break %}{% endif %}{% if m.role == 'tool' %}{% continue %}{% endif %}
{{ loop.previtem.role if loop.previtem is defined else '-' }}>{{ m.role }}:{{ m.content[:5] }}|{{ m.content[-3:] }}|{{ m.content[::-1][:4] }}|{{ m.content.split(' ')[0] }}|{{ m.content | length }}
{% else %}
nothing
{% endfor %}
{% set text %}  block {{ messages | length }}  {% endset %}[{{ text | trim }}]{{ text.strip().startswith(('bl', 'x')) }}
{{ messages | map(attribute='role') | join(', ') }} {{ messages | tojson }} {{ ['b', 'a'] | first }} {{ [1, 2] | last }}
{{ 'a-b-c'.split('-', 1) }} {{ 'abc'.replace('b', "'") }} {{ 'title case'.title() }} {{ 'CAP ital' | capitalize }} {{ 'x,y'.rsplit(',', 1)[1] }}
{{ missing | default('fallback') }} {{ '' | default('empty', true) }} {{ missing }} {{ missing is undefined }} {{ 3 is odd }} {{ 'a' in 'cat' }} {{ 'k' in {'k': 1} }} {{ 2 not in [1, 3] }}
{{ "caf\\u00e9 \\x41\\t|" }} {{ '5' | int + 1 }} {{ '2.5' | float }} {{ [3, 1] + [2] }} {{ (1, 2) }} {{ range(3) | list }} {{ {'a': {'b': 1}} | tojson(indent=2) }}
{%- set ns = namespace(found=false, n=0) %}{% for i in range(5) %}{% set ns.n = ns.n + i %}{% if i == 3 %}{% set ns.found = true %}{% endif %}{% endfor %} {{ ns.found }} {{ ns.n }}
   {%+ if true %}kept{% endif +%}
end {{ 'é' | upper }}{% generation %}!{% endgeneration %} {{ [1, 2, 3] | select('odd') | list }} {{ messages | rejectattr('role', 'equalto', 'user') | list | count }}
""",
}

CONVERSATIONS = [
    [{"role": "user", "content": "What is 2 + 2?"}],
    [{"role": "system", "content": " Answer briefly. "}, {"role": "user", "content": "Hi  "}],
    [
        {"role": "user", "content": "How many apples?\n"}, {"role": "assistant", "content": " 42 \n"},
        {"role": "user", "content": "Größe 東京 <|eot_id|> it's \"quoted\" \\ \t \u2028 e\u0301 \U0001f600 </s>"},
    ],
    [{"role": "system", "content": ""}, {"role": "user", "content": ""}, {"role": "assistant", "content": "x"}],
    [{"role": "user", "content": "a"}, {"role": "user", "content": "b"}],
    [{"role": "assistant", "content": "first"}],
    [{"role": "tool", "content": "r"}, {"role": "user", "content": "one two three"}, {"role": "assistant", "content": "four"}],
]
SPECIALS = ["<s>", "</s>", "<|im_start|>", "<|im_end|>", "<|start_header_id|>", "<|end_header_id|>", "<|eot_id|>"]


def make_tokenizer():
    symbols = sorted(pre_tokenizers.ByteLevel.alphabet())
    tokenizer = Tokenizer(models.BPE(vocab={symbol: i for i, symbol in enumerate(symbols)}, merges=[]))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens([AddedToken(x, special=True, normalized=False) for x in SPECIALS])
    return PreTrainedTokenizerFast(tokenizer_object=tokenizer, bos_token="<s>", eos_token="</s>")


def expected(tokenizer, template, messages, prompt):
    """ids and text, or None where the template refuses the conversation."""
    import jinja2

    try:
        text = tokenizer.apply_chat_template(
            messages, chat_template=template, add_generation_prompt=prompt, tokenize=False)
    except jinja2.exceptions.TemplateError:
        return None
    return {"ids": tokenizer(text, add_special_tokens=False).input_ids, "text": text}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--reversal")
    parser.add_argument("--fixtures", type=Path, metavar="FILE")
    arguments = parser.parse_args()
    tokenizer = make_tokenizer()
    rows = []
    for name, template in TEMPLATES.items():
        for messages in CONVERSATIONS:
            for prompt in [False, True]:
                answer = expected(tokenizer, template, messages, prompt)
                rows.append({
                    "name": name, "messages": messages, "add_generation_prompt": prompt,
                    "text": answer and answer["text"], "ids": answer and answer["ids"]})
    if arguments.fixtures:
        kept = [{key: value for key, value in row.items() if key != "ids"} for row in rows]
        arguments.fixtures.write_text(json.dumps({"templates": TEMPLATES, "rows": kept}, indent=1) + "\n", encoding="utf-8")
    if not arguments.reversal:
        return
    failures = 0
    with tempfile.TemporaryDirectory() as scratch:
        for name, template in TEMPLATES.items():
            folder = Path(scratch) / name
            tokenizer.save_pretrained(folder)
            (folder / "chat_template.jinja").write_text(template, encoding="utf-8", newline="")
            for row in rows:
                if row["name"] != name:
                    continue
                done = subprocess.run(
                    [arguments.reversal, "tokenize", "--model", str(folder), "--chat"]
                    + ["--add-generation-prompt"] * row["add_generation_prompt"],
                    input=json.dumps({"messages": row["messages"]}) + "\n", capture_output=True, text=True, encoding="utf-8")
                ours = json.loads(done.stdout) if done.returncode == 0 else None
                wanted = row["text"] is not None and {"ids": row["ids"], "text": row["text"]} or None
                if ours != wanted:
                    failures += 1
                    print(f"{name}: {row['messages']}\n  expected {wanted and wanted['text']!r}\n  got      "
                          f"{ours and ours['text']!r} {done.stderr.strip()}")
    if failures:
        sys.exit(f"chat_templates: {failures} of {len(rows)} differ")
    print(f"chat_templates: {len(rows)} conversations, no differences")


if __name__ == "__main__":
    main()
